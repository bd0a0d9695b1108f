import {chmodSync, lstatSync, mkdirSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {canvosBuilder} from '../../../../source/builders/canvos/canvos-builder.ts';
import {hostChecks} from '../../../../source/builders/canvos/host-checks.ts';
import {buildInputs} from '../../../../source/builders/canvos/inputs/build-inputs.ts';
import {localChangesCheck} from '../../../../source/builders/canvos/inputs/local-changes-check.ts';
import {localChanges} from '../../../../source/builders/canvos/source/local-changes.ts';
import {releaseFacts} from '../../../../source/builders/canvos/source/release-facts.ts';
import type {CheckResult} from '../../../../source/pipeline/events.ts';
import {fields} from '../../../../source/settings/fields.ts';
import type {Settings} from '../../../../source/settings/settings.ts';
import {canvosRun} from '../canvos-run.ts';
import {stateOf} from '../fake-canvos.ts';

/** A run from a clone in which somebody has worked. */
const runFromClone = async (
	work: (canvos: Awaited<ReturnType<typeof canvosRun>>['canvos']) => void,
	more: Partial<Settings> = {},
) => {
	const run = await canvosRun(more);
	run.canvos.write('.gitignore', '*user-data\nspectro-luet-auth.yaml\ncontent-*/*\n*.arg\n');
	run.canvos.commit('What CanvOS ignores');
	run.canvos.git('tag', '--force', 'v4.8.10');
	work(run.canvos);
	const checks: CheckResult[] = [];
	return {
		...run,
		checks,
		c: {...run.c, report: {...run.c.report, check: (result: CheckResult) => void checks.push(result)}},
	};
};
type Canvos = Awaited<ReturnType<typeof canvosRun>>['canvos'];

const standIns = {firmware: 'url', docaSource: 'repository', bfbUrl: 'https://example.com/mine.bfb'} as const;

const edited = (canvos: Canvos) => {
	canvos.write('overlay/files/etc/motd', 'ours\n');
	canvos.write('overlay/files/etc/issue', 'new\n');
	canvos.write('helper.sh', '#!/bin/sh\n');
	chmodSync(join(canvos.clone, 'helper.sh'), 0o700);
	symlinkSync('motd', join(canvos.clone, 'overlay/files/etc/motd.link'));
	rmSync(join(canvos.clone, 'k8s_version.json'));
};

// The usual way of CanvOS users: what they had changed in their clone vanished, because its commit was checked out.
describe('what differs in a local clone from the commit that is built', () => {
	test('is built as it lies there: changed, new, deleted, links and modes', async () => {
		const {c, tree, checks} = await runFromClone(edited);
		await canvosBuilder.prepareSource(c);
		expect(await c.host.files.readText(tree('overlay/files/etc/motd'))).toBe('ours\n');
		expect(await c.host.files.readText(tree('overlay/files/etc/issue'))).toBe('new\n');
		expect(statSync(tree('helper.sh')).mode & 0o777).toBe(0o755);
		expect(lstatSync(tree('overlay/files/etc/motd.link')).isSymbolicLink()).toBe(true);
		expect(readlinkSync(tree('overlay/files/etc/motd.link'))).toBe('motd');
		expect(await c.host.files.exists(tree('k8s_version.json'))).toBe(false);
		expect(checks).toMatchObject([
			{
				id: 'canvos-local-changes',
				verdict: 'pass',
				detail: expect.stringMatching(
					/^5 changed files of .*CanvOS are built as they lie there: helper\.sh, k8s_version\.json, /,
				),
			},
		]);
	});

	test('gets the overlay’s edits, and is told where one does not fit', async () => {
		const {c, tree} = await runFromClone(canvos => canvos.write('Dockerfile', 'ARG BASE\nFROM $BASE\nRUN mine\n'));
		await expect(canvosBuilder.prepareSource(c)).rejects.toMatchObject({code: 'overlay-misfit'});
		expect(await c.host.files.readText(tree('Dockerfile'))).toContain('RUN mine');
	});

	test('leaves the clone as it was, to its index and its files’ modes', async () => {
		const {c, canvos} = await runFromClone(it => {
			edited(it);
			mkdirSync(join(it.clone, 'content-a'));
			it.write('content-a/core.zst', 'images');
		});
		const content = join(canvos.clone, 'content-a/core.zst');
		const before = stateOf(canvos);
		const index = statSync(join(canvos.clone, '.git/index')).mtimeMs;
		const mode = statSync(content).mode;
		await canvosBuilder.prepareSource(c);
		await canvosBuilder.imageInputs(c);
		expect(statSync(join(canvos.clone, '.git/index')).mtimeMs).toBe(index);
		expect(statSync(content).mode).toBe(mode);
		expect(stateOf(canvos)).toBe(before);
	});

	test('counts for what can be used again, by its content', async () => {
		const {c, canvos} = await runFromClone(edited);
		const before = await canvosBuilder.imageInputs(c);
		expect(await canvosBuilder.imageInputs(c)).toEqual(before);
		canvos.write('overlay/files/etc/issue', 'newer\n');
		expect(await canvosBuilder.imageInputs(c)).not.toEqual(before);
		expect(JSON.stringify(before)).not.toContain('ours');
	});

	test('counts for what is known of the release before the build', async () => {
		const {c, canvos} = await runFromClone(() => undefined);
		await canvosBuilder.imageInputs(c);
		canvos.write('k8s_version.json', '{"kubeadm": ["1.99.0"]}');
		expect((await releaseFacts(c)).kubernetesVersions).toEqual({kubeadm: ['1.99.0']});
	});

	test('stands in the manifest of an edge appliance', async () => {
		const {c, tree} = await runFromClone(edited, {...standIns, edgeAppliance: true});
		await canvosBuilder.prepareSource(c);
		const manifest = await c.host.files.readText(tree('edge-builder/settings/files/image.json'));
		expect(JSON.parse(manifest ?? '')).toMatchObject({
			canvos: 'v4.8.10',
			canvosChanges: expect.stringMatching(/^[0-9a-f]{64}$/),
		});
	});

	test('is found where the clone is named by a file address, too', async () => {
		const {c, canvos} = await runFromClone(edited);
		const read = fields.canvosSource.parse(`file://${canvos.clone}`);
		if (!('value' in read)) throw new Error(read.problem);
		const found = await localChanges({...c, settings: {...c.settings, canvosSource: read.value}});
		expect(found?.files).toHaveLength(5);
	});

	test('nothing is said of a clone without changes', async () => {
		const {c, canvos} = await runFromClone(() => undefined);
		expect(localChangesCheck(await buildInputs(c, canvos.git('rev-parse', 'HEAD')), 'v4.8.10')).toBeUndefined();
	});
});

test('what git ignores in the clone and CanvOS takes is taken, other ignored files are not', async () => {
	const {c, tree, seen, canvos} = await runFromClone(it => {
		mkdirSync(join(it.clone, 'content-a'));
		it.write('content-a/core.zst', 'images');
		it.write('spectro-luet-auth.yaml', 'password: geheim\n');
		it.write('user-data', '#cloud-config\n');
		it.write('.arg', 'CUSTOM_TAG=x\n');
	});
	await canvosBuilder.prepareSource(c);
	expect(await c.host.files.readText(tree('content-a/core.zst'))).toBe('images');
	expect(statSync(tree('spectro-luet-auth.yaml')).mode & 0o777).toBe(0o600);
	expect(await c.host.files.exists(tree('user-data'))).toBe(false);
	const notes = seen.notes.join('\n');
	expect(notes).toContain(`USER_DATA=${canvos.clone}/user-data would put it into the ISO`);
	expect(notes).toContain(`presets import ${canvos.clone}/.arg`);
	expect(JSON.stringify([seen, await canvosBuilder.isoInputs(c)])).not.toContain('geheim');
});

test('what lies in the workspace counts instead of the clone’s', async () => {
	const {c, tree} = await runFromClone(it => {
		mkdirSync(join(it.clone, 'content-a'));
		it.write('content-a/core.zst', 'theirs');
	});
	mkdirSync(join(c.workspace.root, 'content-b'));
	writeFileSync(join(c.workspace.root, 'content-b/core.zst'), 'ours');
	await canvosBuilder.prepareSource(c);
	expect(await c.host.files.readText(tree('content-b/core.zst'))).toBe('ours');
	expect(await c.host.files.exists(tree('content-a'))).toBe(false);
});

describe('where another commit is checked out in the clone', () => {
	const other = (canvos: Canvos) => {
		canvos.commit('Second', {peVersion: 'v4.9.0'});
		edited(canvos);
	};

	test('its changes are not built, which is said with what would build them', async () => {
		const {c, tree, checks} = await runFromClone(other);
		await canvosBuilder.prepareSource(c);
		expect(await c.host.files.readText(tree('overlay/files/etc/motd'))).toBe('upstream\n');
		expect(checks).toMatchObject([{verdict: 'warn', hint: expect.stringContaining('CANVOS_REF=main')}]);
		expect(checks[0]?.detail).toMatch(
			/^5 changed files of .* are not built: CANVOS_REF=v4\.8\.10 is another commit than main/,
		);
	});

	test('doctor says the same, before and after the first fetch', async () => {
		const {c} = await runFromClone(other);
		const found = async () =>
			(await hostChecks({...c, build: true, smokeTest: false})).find(({id}) => id === 'canvos-local-changes');
		const before = await found();
		expect(before).toMatchObject({verdict: 'warn'});
		await canvosBuilder.imageInputs(c);
		expect(await found()).toEqual(before);
		const main = {...c, settings: {...c.settings, canvosRef: 'main'}};
		expect(
			(await hostChecks({...main, build: true, smokeTest: false})).find(({id}) => id === 'canvos-local-changes'),
		).toMatchObject({
			verdict: 'pass',
		});
	});
});

test('somebody who works in the clone itself has no folder of ours built', async () => {
	const {c, canvos, checks} = await runFromClone(edited);
	const workspace = {
		...c.workspace,
		root: canvos.clone,
		redist: join(canvos.clone, 'redist'),
		presets: join(canvos.clone, 'presets'),
	};
	for (const folder of [workspace.redist, workspace.presets]) {
		mkdirSync(folder);
		writeFileSync(join(folder, 'large'), 'x');
	}
	await canvosBuilder.prepareSource({...c, workspace});
	expect(checks[0]?.detail).toMatch(/^5 changed files/);
});
