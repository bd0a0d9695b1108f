import {execFileSync} from 'node:child_process';
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {rehearsalBuilder} from '../../source/builders/rehearsal/index.ts';
import {removeBuildContainer} from '../../source/builders/rehearsal/remove-container.ts';
import {rehearsalFolder} from '../../source/builders/rehearsal/source-tree.ts';
import {makeDocaHost} from '../../source/builders/rehearsal/stand-in-packages.ts';
import {mountPoints} from '../../source/host/files.ts';
import {createJournal} from '../../source/host/journal.ts';
import {createHost} from '../../source/host/real-host.ts';
import {reap, removeOurs} from '../../source/host/reaper.ts';
import {createCleanup} from '../../source/pipeline/cleanup.ts';
import type {BuildNode} from '../../source/pipeline/events.ts';
import type {StepContext} from '../../source/pipeline/step.ts';
import {runFolderOf, workspaceAt} from '../../source/pipeline/workspace.ts';
import {resolveSettings} from '../../source/settings/layers.ts';
import {outputNames} from '../../source/settings/names.ts';
import type {Settings} from '../../source/settings/settings.ts';
import {expectations, judgeProbe, probeScript} from '../../source/verification/probe.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

/** A run of its own in a workspace, with the real host; what it makes is removed when the test is over. */
const startRun = async (root: string, id: string, changes: Partial<Settings> = {}) => {
	const workspace = workspaceAt(root);
	const run = runFolderOf(workspace, id);
	mkdirSync(run.tree, {recursive: true});
	const journals = join(workspace.state, 'journals');
	const journal = createJournal(join(journals, `${id}.ndjson`), id);
	const host = await createHost({journal, runId: id});
	const {os, arch} = host.machine;
	const resolved = resolveSettings({layers: [], machine: {osId: os.id, osVersion: os.versionId, arch}});
	const settings = await rehearsalBuilder.resolve(
		{...(resolved.settings as Settings), customTag: 'systemtest', ...changes},
		{host, workspace},
	);
	const cancel = new AbortController();
	const nodes: BuildNode[] = [];
	const cleanup = createCleanup((what, error) => expect.unreachable(`${what} could not be undone: ${String(error)}`));
	const nothing = () => undefined;
	const c: StepContext = {
		settings,
		names: outputNames(settings),
		options: {smokeTest: false, push: false, fresh: false, yes: true, keepTree: false},
		workspace,
		run,
		host,
		report: {
			progress: nothing,
			log: nothing,
			note: nothing,
			check: nothing,
			artifact: nothing,
			node: node => nodes.push(node),
		},
		signal: cancel.signal,
		cleanup,
		results: {firmware: []},
	};
	const end = async () => {
		await cleanup.runAll();
		await removeOurs(host, run.temporary, root);
		journal.close();
	};
	return {c, nodes, cancel, end, journals};
};

const containers = () => execFileSync('buildah', ['containers', '--format', '{{.ContainerName}}'], {encoding: 'utf8'});

test('the stand-in of doca-host is the same in every folder, and brings a repository of stand-ins', async () => {
	const root = temporaryFolder();
	const {c, end} = await startRun(root, 'packages');
	onTestFinished(end);
	const made = ['one', 'other'].map(name => join(c.run.temporary, name));
	for (const folder of made) {
		await makeDocaHost(c, {
			sources: join(rehearsalFolder, 'stand-ins'),
			work: join(folder, 'trees'),
			target: join(folder, 'doca-host.deb'),
			version: '3.2.1',
			arch: c.settings.arch,
		});
	}
	const [one, other] = await Promise.all(made.map(folder => c.host.files.sha256(join(folder, 'doca-host.deb'))));
	expect(one).toBe(other);
	const deb = join(made[0] ?? '', 'doca-host.deb');
	expect(execFileSync('dpkg-deb', ['--field', deb, 'Description'], {encoding: 'utf8'})).toContain('REHEARSAL stand-in');
	const index = await c.host.files.readText(
		join(made[0] ?? '', 'trees/doca-host/usr/share/doca-host-3.2.1+rehearsal/repo/Packages'),
	);
	expect(index?.match(/^Package: .*$/gm)).toEqual([
		'Package: doca-all',
		'Package: mft',
		'Package: mlnx-nfsrdma-dkms',
		'Package: mlnx-ofed-kernel-dkms',
		'Package: rshim',
	]);
});

test('a standard rehearsal becomes a verified image, the same ISO twice, and leaves nothing else', async () => {
	const root = temporaryFolder();
	const [mountsBefore, containersBefore] = [await mountPoints(), containers()];
	const {c, nodes, end} = await startRun(root, 'standard', {edgeAppliance: false});
	onTestFinished(async () => {
		const reference = c.names.providerImage;
		if (await rehearsalBuilder.images.inspect(c, reference)) await rehearsalBuilder.images.remove(c, reference);
	});
	try {
		await rehearsalBuilder.prepareSource(c);
		await rehearsalBuilder.buildProviderImage(c);
		expect(nodes.at(-1)).toMatchObject({state: 'done'});
		expect(await rehearsalBuilder.images.inspect(c, c.names.providerImage)).toMatchObject({
			id: expect.stringMatching(/^[0-9a-f]{64}$/),
		});

		const output = await rehearsalBuilder.images.runScript(c, c.names.providerImage, probeScript('system'));
		const wrong = judgeProbe(output, 'system', expectations(c.settings, c.names, 'image')).filter(
			({verdict}) => verdict === 'fail',
		);
		expect(wrong).toEqual([]);
		const network = await rehearsalBuilder.images.runScript(c, c.names.providerImage, 'tail -n +3 /proc/net/dev');
		expect(network.trim()).toMatch(/^lo:/);

		const sums: string[] = [];
		for (const _ of ['first', 'second']) {
			await rehearsalBuilder.buildInstallerIso(c);
			sums.push(await c.host.files.sha256(rehearsalBuilder.isoOutput(c)));
		}
		expect(sums[0]).toBe(sums[1]);
	} finally {
		await end();
	}
	expect(await mountPoints()).toEqual(mountsBefore);
	expect(containers()).toBe(containersBefore);
	expect(await c.host.files.list(join(c.workspace.state, 'temporary'))).toEqual([]);
	expect(await c.host.files.list(join(c.workspace.state, 'journals'))).toEqual([]);
});

test('a build that is cancelled while mmdebstrap runs leaves no process, no cache entry and no folder', async () => {
	const root = temporaryFolder();
	// A definition that no cache and no container storage knows.
	const {c, cancel, end, journals} = await startRun(root, 'cancelled', {edgeAppliance: false});
	const unknown = {...c.host, now: () => 1e15};
	const reporting = {
		...c.report,
		log: ({text}: {text: string}) => {
			if (text.includes('extracting archives')) cancel.abort(new Error('cancelled by the test'));
		},
	};
	await expect(
		rehearsalBuilder.buildProviderImage({...c, host: unknown, report: reporting as StepContext['report']}),
	).rejects.toThrow('cancelled by the test');
	await end();
	expect(await c.host.files.list(join(c.workspace.cache, 'rehearsal'))).toEqual([]);
	expect(await c.host.files.list(join(c.workspace.state, 'temporary'))).toEqual([]);
	expect(
		await reap(c.host, {journals, root, removers: {buildah: removeBuildContainer, docker: async () => 0}}),
	).toEqual([]);
	expect(execFileSync('ps', ['-eo', 'args'], {encoding: 'utf8'})).not.toContain(root);
});
