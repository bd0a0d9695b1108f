import {mkdirSync, statSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {expect, test} from 'vitest';
import {canvosBuilder} from '../../../../source/builders/canvos/canvos-builder.ts';
import {ownFiles} from '../../../../source/builders/canvos/inputs/own-files.ts';
import {stageOwnFiles} from '../../../../source/builders/canvos/inputs/stage-own-files.ts';
import type {StepContext} from '../../../../source/pipeline/step.ts';
import type {Settings} from '../../../../source/settings/settings.ts';
import {canvosRun} from '../canvos-run.ts';

/** Without the release that they go into, which takes git a while. */
const staged = async (c: StepContext) => stageOwnFiles(c, await ownFiles(c));

/** A run in a workspace with these files. */
const runWith = async (files: Readonly<Record<string, string>>, more: Partial<Settings> = {}) => {
	const run = await canvosRun(more);
	const path = (name: string) => join(run.c.workspace.root, name);
	for (const [name, text] of Object.entries(files)) {
		mkdirSync(dirname(path(name)), {recursive: true});
		writeFileSync(path(name), text);
	}
	return {...run, path};
};

const inputs = {
	'content-3a456a58/core.tar.zst': 'images',
	'local-ui.tar': 'pages',
	'spectro-luet-auth.yaml': 'password: geheim\n',
};

// They lay beside the presets, the build passed, and the ISO had none of it.
test('content, local UI and luet’s login of the workspace are in the source tree, and each is told', async () => {
	const {c, tree, path, seen} = await runWith({...inputs, 'content-3a456a58/readme.txt': 'not taken'});
	await staged(c);
	for (const [name, text] of Object.entries(inputs)) {
		expect(await c.host.files.readText(tree(name))).toBe(text);
		expect(seen.notes.join('\n')).toMatch(new RegExp(`^${name} .*is taken from ${path(name)}`, 'm'));
	}
	expect(await c.host.files.exists(tree('content-3a456a58/readme.txt'))).toBe(false);
});

test('the login is a secret: a copy that only its owner reads, and no word of it anywhere else', async () => {
	const {c, tree, path, seen} = await runWith(inputs);
	await staged(c);
	expect(statSync(tree('spectro-luet-auth.yaml')).mode & 0o777).toBe(0o600);
	expect(statSync(path('spectro-luet-auth.yaml')).mode & 0o777).toBe(0o644);
	const told = JSON.stringify([seen.notes, seen.logs, await canvosBuilder.imageInputs(c)]);
	expect(told).not.toContain('geheim');
});

test('content and local UI count for the ISO alone, the login for the image, too', async () => {
	const {c, path} = await runWith(inputs);
	const now = async () => ({image: await canvosBuilder.imageInputs(c), iso: await canvosBuilder.isoInputs(c)});
	const before = await now();
	for (const name of ['content-3a456a58/core.tar.zst', 'local-ui.tar']) {
		writeFileSync(path(name), `another ${name}`);
		const after = await now();
		expect(after.image).toEqual(before.image);
		expect(after.iso).not.toEqual(before.iso);
		writeFileSync(path(name), inputs[name as keyof typeof inputs]);
	}
	writeFileSync(path('spectro-luet-auth.yaml'), 'other');
	expect((await now()).image).not.toEqual(before.image);
});

test('a bundle that is named stands for those of the workspace, as a file or as a folder', async () => {
	for (const contentBundle of ['bundles/site.tar.zst', 'bundles']) {
		const {c, tree} = await runWith({...inputs, 'bundles/site.tar.zst': 'site'}, {contentBundle});
		await staged(c);
		expect(await c.host.files.readText(tree('content-bundle/site.tar.zst'))).toBe('site');
		expect(await c.host.files.exists(tree('content-3a456a58'))).toBe(false);
	}
});

test.each([
	['a folder without one', {'bundles/site.tar': 'x'}, 'bundles'],
	['a file of another kind', {'bundles/site.tar': 'x'}, 'bundles/site.tar'],
])('what CanvOS would leave out without a word is refused: %s', async (_, files, contentBundle) => {
	const {c} = await runWith(files, {contentBundle});
	await expect(staged(c)).rejects.toMatchObject({code: 'content-bundle', exit: 'usage'});
});

test('two bundles of one name, of which CanvOS would keep one, are refused', async () => {
	const {c} = await runWith({'content-a/core.zst': 'a', 'content-b/core.zst': 'b'});
	await expect(staged(c)).rejects.toMatchObject({
		code: 'content-bundle',
		message: expect.stringContaining('content-a/core.zst and content-b/core.zst'),
	});
});
