import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {canvosBuilder} from '../../../../source/builders/canvos/canvos-builder.ts';
import {forgettingEdits} from '../../../../source/builders/canvos/edits/forget-authority.ts';
import type {Settings} from '../../../../source/settings/settings.ts';
import {canvosRun} from '../canvos-run.ts';
import {canvosSettings} from '../canvos-settings.ts';

const prepared = async (more: Partial<Settings>) => {
	const run = await canvosRun({caFile: 'company.pem', ...more});
	writeFileSync(join(run.c.workspace.root, 'company.pem'), 'certificate');
	await canvosBuilder.prepareSource(run.c);
	const earthfile = (await run.c.host.files.readText(run.tree('Earthfile'))) ?? '';
	return {...run, earthfile, notes: run.seen.notes.join('\n')};
};
const forgets = /RUN rm -f \/usr\/local\/share\/ca-certificates\/edge-builder-ca\.crt .*update-ca-certificates --fresh/;

// It became a trusted root of every node, and nobody was told.
describe('the certificate authority of CA_FILE', () => {
	test('is trusted while the images are built, and forgotten at the end of both', async () => {
		const {c, tree, earthfile, notes} = await prepared({});
		expect(await c.host.files.readText(tree('certs/edge-builder-ca.crt'))).toBe('certificate');
		const [, image = ''] = /^provider-image:\n(.*?)^\S/ms.exec(earthfile) ?? [];
		expect(image).toMatch(new RegExp(`${forgets.source}.*\n    SAVE IMAGE`));
		const [, iso = ''] = /^iso-image:\n(.*?)^\S/ms.exec(earthfile) ?? [];
		expect(iso).toMatch(new RegExp(`${forgets.source}.*\n    RUN rm -f /etc/ssh`));
		expect(notes).toMatch(/trust the certificate authority of .*company\.pem until they are built; nodes do not/);
	});

	test('stays where nodes shall trust it, which is told and makes another image', async () => {
		const {c, earthfile, notes} = await prepared({caOnNodes: true});
		expect(earthfile).not.toMatch(forgets);
		expect(notes).toMatch(/company\.pem becomes a trusted root of every node/);
		const off = {...c, settings: {...c.settings, caOnNodes: false}};
		expect(await canvosBuilder.imageInputs(off)).not.toEqual(await canvosBuilder.imageInputs(c));
	});

	test('costs a build without one no edit', () => {
		expect(forgettingEdits(canvosSettings())).toEqual([]);
		expect(forgettingEdits(canvosSettings({caFile: 'company.pem', runner: 'upstream-script'}))).toEqual([]);
	});
});
