import fs from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {nodeprepEnvironment} from '../../source/settings/nodeprep-environment.ts';
import {settingsOf} from '../settings/settings-of.ts';
import {createNode, environment} from './node-under-test.ts';

const lines = (values: Record<string, string>) => Object.entries(values).map(([name, value]) => `${name}=${value}`);
const file = 'opt/spectrocloud/nodeprep-env.sh';

test('without an environment file nothing starts', async () => {
	const node = createNode();
	node.remove(file);
	const {code, output, calls} = await node.run();
	expect(code).toBe(10);
	expect(output).toMatch(/^FATAL: No nodeprep environment file: neither .*nodeprep-env\.sh nor .*nodeprep\.env exists/);
	expect(calls).toEqual([]);
	expect(node.log()).toBe('');
});

test('the file of MaaS hosts is the second choice', async () => {
	const node = createNode();
	fs.renameSync(path.join(node.root, file), path.join(node.root, 'opt/spectrocloud/nodeprep.env'));
	expect((await node.run()).code).toBe(40);
});

test('quotes, comments, export and Windows line ends are read as a shell would', async () => {
	const node = createNode();
	node.write(
		file,
		[
			'#!/bin/bash',
			'# wanted firmware',
			...lines({...environment, NUMVF_EW: '"1" # two'}).map((line, i) => (i % 2 ? `  export ${line}` : line)),
			"CP_DELAY='60'",
			'',
			'\tCP_DELAY=61\t# the last one counts',
		].join('\r\n'),
	);
	const {code, output} = await node.run();
	expect(output).not.toContain('must be');
	expect(code).toBe(40);
});

test('shell code in values stays text and is refused', async () => {
	const node = createNode();
	const traps = [
		'$(touch $PWD/ran)',
		'`touch ran`',
		'$HOME',
		';touch ran',
		'2;reboot',
		'$((1+1))',
		'&true',
		'>ran',
		'../../x',
	];
	for (const trap of traps) {
		node.write(file, [...lines(environment), `BFB="${trap}.bfb"`, `NUMVF_EW='${trap}'`].join('\n'));
		const {code, output, calls} = await node.run();
		expect(code).toBe(11);
		expect(output).toContain('NUMVF_EW must be a number from 0 to 255');
		expect(output).toContain('BFB must be a file name that ends in .bfb');
		expect(output).not.toContain('touch');
		expect(calls).toEqual([]);
	}
	expect(fs.readdirSync(node.root)).not.toContain('ran');
});

test('lines that are not assignments stop the run, by number and without their text', async () => {
	const node = createNode();
	for (const line of [
		'rm -rf /secret',
		'source /secret',
		'BFB=a; reboot secret',
		'NUMVF_EW=$(secret) x',
		"ROCECC='1",
		'if true; then secret',
	]) {
		node.write(file, [...lines(environment), line].join('\n'));
		const {code, output} = await node.run();
		expect(code).toBe(11);
		expect(output).toContain('line 15');
		expect(output).not.toContain('secret');
	}
});

test('all that is missing or wrong is said at once', async () => {
	const node = createNode({
		environment: {
			CONTROLDPU: undefined,
			DISABLE_ACS: 'yes',
			NUMVF_NS: '-1',
			LINKTYPE_EW: '3',
			BFB_FW: 'new',
			ROCECC: '',
		},
	});
	const {code, output, calls} = await node.run();
	expect(code).toBe(11);
	for (const problem of [
		'CONTROLDPU is missing: true or false',
		'DISABLE_ACS must be true or false',
		'NUMVF_NS must be a number from 0 to 255',
		'LINKTYPE_EW must be 1 (InfiniBand) or 2 (Ethernet)',
		'BFB_FW must be a firmware version',
		'ROCECC must be 0 or 1',
	]) {
		expect(output).toContain(problem);
	}
	expect(calls).toEqual([]);
});

test.each(['256', '08', '1e2', '0x8', ' 8', '99999999999999999999'])(
	'%j is no count of virtual functions',
	async value => {
		expect((await createNode({environment: {NUMVF_EW: value}}).run()).code).toBe(11);
	},
);

test('what only mutable hosts need may be absent or odd on immutable ones', async () => {
	const odd = {DOCA_DEB: undefined, MAAS: '', APT_UPDATE: 'maybe', CP_DELAY: undefined};
	expect((await createNode({environment: odd}).run()).code).toBe(40);
	const {code, output} = await createNode({environment: odd, immutable: false}).run();
	expect(code).toBe(11);
	expect(output).toContain('DOCA_DEB is missing');
	expect(output).toContain('APT_UPDATE must be true or false');
	expect(output).toContain('MAAS must be a URL');
});

test('unknown settings are left out, and passwords in them never shown', async () => {
	const node = createNode({environment: {DPU_BMC_PWD: 'hunter2;$x', HUGE: '1'}});
	const {code, output} = await node.run();
	expect(code).toBe(40);
	expect(output).toContain('DPU_BMC_PWD in the environment file is not known');
	expect(output + node.log()).not.toContain('hunter2');
});

test('a file that others can write is refused', async () => {
	const node = createNode();
	for (const mode of [0o666, 0o664, 0o606]) {
		fs.chmodSync(path.join(node.root, file), mode);
		expect((await node.run()).code).toBe(11);
	}
	fs.chmodSync(path.join(node.root, file), 0o600);
	expect((await node.run()).code).toBe(40);
});

test('the file that the cluster profile gets is accepted', async () => {
	const node = createNode();
	const rails = [
		'RAILS_PCIADDR=05:00',
		'RAIL_NAMES=yes',
		'MTU_EW=9216',
		'LOSSLESS_ROCE=yes',
		'HP2M=512',
		'HPDEFAULT=1G',
	];
	node.write(file, nodeprepEnvironment(settingsOf('BUILDER=canvos', 'PE_VERSION=v4.8.10', 'NUMVF_EW=8', ...rails)));
	const {output} = await node.run(['--check']);
	expect(output).not.toContain('nodeprep-env.sh:');
	expect(output).not.toContain('not known to this version');
});
