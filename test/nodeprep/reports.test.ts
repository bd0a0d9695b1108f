import fs from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {z} from 'zod';
import {
	type Card,
	createNode,
	environment,
	type NodeUnderTest,
	nodeprep,
	partsFolder,
	superNic,
} from './node-under-test.ts';
import {checkReport, statusReport} from './report-schema.ts';

const snapshot = (node: NodeUnderTest) =>
	fs
		.readdirSync(path.dirname(node.root), {recursive: true, withFileTypes: true})
		.filter(entry => entry.isFile() && !['calls', 'pid'].includes(entry.name))
		.map(entry => path.join(entry.parentPath, entry.name))
		.map(file => [file, fs.statSync(file).mtimeMs, fs.readFileSync(file, 'utf8')])
		.sort();

describe('--check', () => {
	test('without kubectl, hardware tools and environment file says what is missing', async () => {
		const node = createNode();
		for (const tool of ['kubectl', 'mst', 'mlxconfig', 'flint']) {
			node.removeTool(tool);
		}
		node.remove('opt/spectrocloud/nodeprep-env.sh');
		node.remove('etc/kubernetes');
		const before = snapshot(node);
		const {code, output} = await node.run(['--check']);
		expect(code).toBe(51);
		expect(output.replaceAll(node.root, '').trim().split('\n')).toEqual([
			'missing  program kubectl',
			'missing  program mst',
			'missing  program mlxconfig',
			'missing  program flint',
			'missing  environment file /opt/spectrocloud/nodeprep-env.sh or /opt/spectrocloud/nodeprep.env',
			'missing  /etc/kubernetes/kubelet.conf, or that of k3s or rke2 (has this host joined a cluster?)',
			'6 missing, 0 to do; nothing was changed',
		]);
		expect(snapshot(node)).toEqual(before);
	});

	test('lists problems of the environment file', async () => {
		const {code, output} = await createNode({environment: {CONTROLDPU: undefined, ROCECC: '2'}}).run(['--check']);
		expect(code).toBe(51);
		expect(output).toContain('nodeprep-env.sh: CONTROLDPU is missing');
		expect(output).toContain('nodeprep-env.sh: ROCECC must be 0 or 1');
	});

	test.each([
		{state: undefined, would: ['nodeprep=init', 'bfb-install --rshim rshim5', 'nodeprep=config', 'reboot']},
		{state: 'config', would: ['mlxconfig -d 0000:05:00.0 -y set LINK_TYPE_P1=2', 'nodeprep=precomplete', 'reboot']},
		{state: 'precomplete', would: ['cordon worker-1', 'sriov_numvfs', 'give 2 virtual functions', 'nodeprep=complete']},
	])('in state $state says what a run would do, and changes nothing', async ({state, would}) => {
		const firmware = state === 'precomplete' ? environment.BFB_FW : '32.40.1000';
		const node = createNode({cards: [{...superNic, firmware}], ...(state && {state})});
		const before = snapshot(node);
		const {code, output, calls} = await node.run(['--check']);
		expect(code).toBe(50);
		const said = output.split('\n').filter(line => line.startsWith('would'));
		for (const text of would) {
			expect(said.some(line => line.includes(text))).toBe(true);
		}
		expect(snapshot(node)).toEqual(before);
		expect(calls.filter(call => /label|cordon| set |start|shutdown|bfb-install|enable /.test(call))).toEqual([]);
	});

	test('has nothing to do on a complete node', async () => {
		const node = createNode();
		await node.live();
		const {code, output} = await node.run(['--check']);
		expect(output).toContain('0 missing, 0 to do; nothing was changed');
		expect(code).toBe(0);
	});

	test('says beforehand what a run would fail at', async () => {
		const node = createNode({cards: [{...superNic, firmware: '32.1.1'}]});
		node.remove(`opt/spectrocloud/spcx/bfb/${environment.BFB}`);
		const {code, output} = await node.run(['--check']);
		expect(code).toBe(51);
		expect(output).toMatch(/missing +the BlueField bundle .* is missing or empty.*exit code 31/);
	});

	test('on a bare mutable host lists the installation', async () => {
		const node = createNode({immutable: false});
		const {code, output} = await node.run(['--check']);
		expect(code).toBe(50);
		expect(output).toContain('run: apt-get install -y --no-install-recommends doca-all');
		expect(output).toMatch(/would +add \/opt\/spectrocloud\/nodeprep\.sh to .*rc\.local/);
		expect(node.exists('etc/rc.local')).toBe(false);
	});
});

describe('for programs', () => {
	const cards: Card[] = [superNic, {slot: '0001:15:00', kind: 'ConnectX', description: 'a "quoted" \\ card'}];

	test('--status --json tells node and cards, and changes nothing', async () => {
		const node = createNode({cards, state: 'config'});
		const before = snapshot(node);
		const {code, output} = await node.run(['--status', '--json']);
		expect(code).toBe(0);
		const report = statusReport.parse(JSON.parse(output));
		expect(report).toMatchObject({node: 'worker-1', state: 'config', host: 'immutable', rebootScheduled: false});
		expect(report.cards[0]).toMatchObject({
			address: '0000:05:00.0',
			class: 'SuperNIC',
			firmware: {running: '32.40.1000', flash: '32.40.1000'},
			parameters: {LINK_TYPE_P1: {next: '1'}},
		});
		expect(snapshot(node)).toEqual(before);
	});

	test('--check --json tells what is missing and what a run would do, with the exit code of --check', async () => {
		const node = createNode({cards, state: 'config'});
		const {code, output} = await node.run(['--check', '--json']);
		const report = checkReport.parse(JSON.parse(output));
		expect([code, report.exitCode]).toEqual([50, 50]);
		expect(report.todo.join('\n')).toContain('mlxconfig -d 0000:05:00.0 -y set');
		node.remove('opt/spectrocloud/nodeprep-env.sh');
		const lacking = await node.run(['--check', '--json']);
		expect(checkReport.parse(JSON.parse(lacking.output)).missing).toHaveLength(1);
		expect(lacking.code).toBe(51);
	});

	test('also where nothing is at hand', async () => {
		const node = createNode();
		for (const tool of ['kubectl', 'mst', 'mlxconfig', 'flint']) node.removeTool(tool);
		const report = statusReport.parse(JSON.parse((await node.run(['--status', '--json'])).output));
		expect(report).toMatchObject({node: null, state: null, cards: []});
	});

	test('as docs/nodeprep.schema.json says', async () => {
		const schema = {status: z.toJSONSchema(statusReport), check: z.toJSONSchema(checkReport)};
		await expect(`${JSON.stringify(schema, undefined, '\t')}\n`).toMatchFileSnapshot(
			path.resolve(import.meta.dirname, '../../docs/nodeprep.schema.json'),
		);
	});
});

describe('--status', () => {
	test('shows node and cards in one table and changes nothing', async () => {
		const node = createNode({cards: [superNic, {slot: '0001:15:00', kind: 'ConnectX'}], state: 'config', taint: true});
		const before = snapshot(node);
		const {code, output, calls} = await node.run(['--status']);
		expect(code).toBe(0);
		expect(output.replaceAll(node.root, '').trimEnd().split('\n')).toEqual([
			'nodeprep     2.2.0, immutable host',
			'node         worker-1',
			'state        config, tainted',
			'attempts     0 of 5',
			'reboot       no',
			'environment  /opt/spectrocloud/nodeprep-env.sh',
			'log          /var/log/sc-nodeprep.log',
			'cards        2',
			'1   0000:05:00.0  SuperNIC  32.40.1000   nic00000500p0    16x   32.0GTs  VFs 0/0',
			'2   0001:15:00.0  ConnectX  28.39.1002   nic00011500p0    16x   32.0GTs  VFs 0/0',
		]);
		expect(snapshot(node)).toEqual(before);
		expect(calls).not.toContain('mst start');
	});

	test('does with nothing at hand', async () => {
		const node = createNode();
		for (const tool of ['kubectl', 'mst', 'mlxconfig', 'flint']) {
			node.removeTool(tool);
		}
		node.remove('opt/spectrocloud');
		const {code, output} = await node.run(['--status']);
		expect(code).toBe(0);
		expect(output).toContain('state        unknown (no kubectl)');
		expect(output).toContain('cards        unknown');
	});
});

describe('--settings', () => {
	test('prints what was read from the environment file, and nothing that it does not know', async () => {
		const node = createNode({environment: {NUMVF_EW: '8', DPU_BMC_PWD: 'hunter2'}});
		const before = snapshot(node);
		const {code, output, calls} = await node.run(['--settings']);
		expect(code).toBe(0);
		expect(output.trimEnd().split('\n')).toEqual(
			expect.arrayContaining(['NUMVF_EW=8', 'CONTROLDPU=false', 'CP_DELAY=120', 'NFSORDMA_ENABLED=false']),
		);
		expect(output).not.toMatch(/hunter2|DPU_BMC_PWD/);
		expect(snapshot(node)).toEqual(before);
		expect(calls).toEqual([]);
	});

	test('says what is wrong with the file, with the exit code of a start', async () => {
		const node = createNode({environment: {NUMVF_EW: '256'}});
		expect(await node.run(['--settings'])).toMatchObject({
			code: 11,
			output: expect.stringContaining('nodeprep-env.sh: NUMVF_EW must be a number from 0 to 255'),
		});
		node.remove('opt/spectrocloud/nodeprep-env.sh');
		expect(await node.run(['--settings'])).toMatchObject({code: 10});
	});
});

test('--version, --help and wrong usage', async () => {
	const node = createNode();
	expect(await node.run(['--version'])).toMatchObject({code: 0, output: 'nodeprep 2.2.0\n'});
	const help = await node.run(['--help']);
	expect(help.code).toBe(0);
	expect(await node.run(['--force'])).toMatchObject({code: 2, output: help.output});
	expect((await node.run(['--check', '--status'])).code).toBe(2);
});

test('every exit code is in the help and in the documentation', () => {
	const text = fs.readFileSync(nodeprep, 'utf8');
	const docs = fs.readFileSync(path.resolve(partsFolder, '../../docs/nodeprep.md'), 'utf8');
	const help = /Exit codes:[\s\S]*?\nEND/.exec(text)?.[0] ?? '';
	const codes = [...text.matchAll(/^readonly EXIT_\w+=(\d+)$/gm)].map(match => match[1]);
	expect(codes).toHaveLength(23);
	for (const code of codes) {
		expect(help).toMatch(new RegExp(`\\b${code}\\b`));
		expect(docs).toMatch(new RegExp(`^\\| ${code} \\|`, 'm'));
	}
});
