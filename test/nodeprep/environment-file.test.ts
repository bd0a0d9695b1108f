import {execFileSync} from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {nodeprepEnvironment} from '../../source/settings/nodeprep-environment.ts';
import {settingsOf} from '../settings/settings-of.ts';
import {createNode, environment, nodeprep} from './node-under-test.ts';
import {checkReport} from './report-schema.ts';

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
		node.write(file, [...lines(environment), `BFB='${trap}.bfb'`, `NUMVF_EW='${trap}'`].join('\n'));
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

test('unknown settings are left out with a warning, and passwords in them never shown', async () => {
	const node = createNode({environment: {DPU_BMC_PWD: 'hunter2;', NUMVFS_EW: '1', numvf_ns: '2', SOMETHING: '3'}});
	const {code, output} = await node.run();
	expect(code).toBe(40);
	expect(output).toMatch(/\[WARN\] .*DPU_BMC_PWD is not used, since the BMC is not updated: take the password out/);
	expect(output).toMatch(/NUMVFS_EW is not a setting of this version; left out\. Is NUMVF_EW meant\?/);
	expect(output).toMatch(/numvf_ns is not .* Is NUMVF_NS meant\?/);
	expect(output).toMatch(/SOMETHING is not a setting of this version; left out\n/);
	expect(output + node.log()).not.toContain('hunter2');
	const check = checkReport.parse(JSON.parse((await node.run(['--check', '--json'])).output));
	expect(check.warnings).toHaveLength(4);
});

test('of a name that is given twice the last one counts, with a warning', async () => {
	const node = createNode();
	node.write(file, [...lines(environment), 'NUMVF_EW=7', 'ROCECC=1'].join('\n'));
	const {output} = await node.run();
	expect(output).toContain('NUMVF_EW is given twice; the last one counts');
	expect(output).not.toContain('ROCECC is given twice');
	expect((await node.run(['--settings'])).output).toContain('NUMVF_EW=7\n');
});

test('switchdev is refused, since it would be set up by nobody', async () => {
	expect((await createNode({environment: {ESWITCH_MODE: 'legacy'}}).run()).code).toBe(40);
	const {code, output} = await createNode({environment: {ESWITCH_MODE: 'switchdev'}}).run();
	expect(code).toBe(11);
	expect(output).toContain('ESWITCH_MODE must be legacy: this script makes no representors');
});

describe('what a shell would read', () => {
	const others = lines(environment).filter(line => !/^(NUMVF_|ROCECC|CP_)/.test(line));
	const wanted = ['NUMVF_EW=4', 'NUMVF_NS=0', 'ROCECC=1', 'CP_DELAY=60'];

	test.each([
		['several on a line', 'export NUMVF_EW=4; export NUMVF_NS=0\nROCECC=1;CP_DELAY=60;'],
		['several behind one export', 'export NUMVF_EW=4 NUMVF_NS=0 ROCECC=1 CP_DELAY=60'],
		['several in one command', 'NUMVF_EW=4 NUMVF_NS=0 ROCECC=1 CP_DELAY=60'],
		['set -a', '#!/bin/bash\nset -a\nNUMVF_EW=4\nNUMVF_NS=0\nROCECC=1\nCP_DELAY=60\nset +a'],
		['set -o', 'set -euo pipefail -o allexport\nNUMVF_EW=4\nNUMVF_NS=0\nROCECC=1\nCP_DELAY=60\nset +o allexport'],
		['declare and readonly', 'declare -x NUMVF_EW=4\ntypeset -rx NUMVF_NS=0\nreadonly ROCECC=1\ndeclare CP_DELAY=60'],
		['export afterwards', 'NUMVF_EW=4\nNUMVF_NS=0\nROCECC=1\nCP_DELAY=60\nexport NUMVF_EW NUMVF_NS'],
		['pieces and backslashes', 'NUMVF_EW=\\4\nNUMVF_NS=""\'0\'""\nROCECC=1 # one\nCP_DELAY="6"0'],
		['lines that go on', 'export NUMVF_EW=4 \\\n  NUMVF_NS=0 \\\n  ROCECC=1\nCP_DELAY=6\\\n0'],
		['a mark of the byte order and Windows line ends', '\ufeffNUMVF_EW=4\r\nNUMVF_NS=0\r\nROCECC=1\r\nCP_DELAY=60\r'],
		['the last one of two', 'NUMVF_EW=9\nNUMVF_EW=4\nNUMVF_NS=0\nROCECC=1\nCP_DELAY=60\n:'],
	])('is taken: %s', async (_, text) => {
		const node = createNode();
		node.write(file, [text, ...others].join('\n'));
		const {code, output} = await node.run(['--settings']);
		expect(code, output).toBe(0);
		expect(output.split('\n')).toEqual(expect.arrayContaining(wanted));
	});

	test.each([
		['a variable', 'NUMVF_EW=$SECRET', 'the value of NUMVF_EW needs a shell'],
		['a variable in quotes', 'NUMVF_EW="${SECRET:-4}"', 'the value of NUMVF_EW needs a shell'],
		['a command', 'export NUMVF_EW=$(cat secret)', 'the value of NUMVF_EW needs a shell'],
		['a command, the old way', 'NUMVF_EW=`cat secret`', 'the value of NUMVF_EW needs a shell'],
		['an array', 'NUMVF_EW=(secret 4)', 'the value of NUMVF_EW needs a shell'],
		['a home folder', 'BFB=~/secret.bfb', 'the value of BFB needs a shell'],
		['another file', 'source /etc/secret', 'is not NAME=value; write what that file says into this one'],
		['a condition', 'if true', 'is not NAME=value; nothing is decided here'],
		['a program', 'echo secret', 'is not NAME=value'],
		['an element', 'NUMVF_EW[0]=4', 'line 15 is not NAME=value\n'],
		['a pipe', 'NUMVF_EW=4 | secret', 'needs a shell'],
		['a value with blanks', 'NUMVF_EW=4 secret', 'is not NAME=value; a value with blanks needs quotes'],
		['an open quote', "NUMVF_EW='secret", 'a quote in the value of NUMVF_EW is not closed'],
		['a line that goes on into nothing', 'NUMVF_EW=4\\', 'goes on with a backslash, and nothing follows'],
		['positional parameters', 'set -- secret', 'is not NAME=value'],
		['no execution', 'set -n', 'is not NAME=value'],
	])('is refused, with what to write instead: %s', async (_, text, says) => {
		const node = createNode();
		node.write(file, `${lines(environment).join('\n')}\n${text}`);
		const {code, output} = await node.run(['--settings']);
		expect(code).toBe(11);
		expect(output).toContain(`line 15`);
		expect(output).toContain(says);
		expect(output).not.toMatch(/secret/i);
	});

	test('is read alike by a shell, whatever the quotes', async () => {
		const value = fc.stringMatching(/^[A-Za-z0-9._+~-]{0,12}$/);
		const written = value.chain(text =>
			fc.constantFrom(
				`"${text}"`,
				`'${text}'`,
				text.replaceAll('~', '\\~'),
				`"${text.slice(0, 3)}"'${text.slice(3)}'`,
				`${text && '\\'}${text}`,
			),
		);
		const assignment = fc.tuple(
			fc.constantFrom('BFB', 'MAAS', 'DOCA_DEB'),
			written,
			fc.constantFrom('', 'export ', 'readonly '),
		);
		const ends = fc.constantFrom('\n', ';', ' ; ', ' # it\n', '\t\n');
		const node = createNode();
		await fc.assert(
			fc.asyncProperty(fc.array(fc.tuple(assignment, ends), {minLength: 1, maxLength: 4}), async parts => {
				const used = new Set<string>();
				const text = parts
					.filter(([[name]]) => !used.has(name) && used.add(name))
					.map(([[name, to, by], end]) => `${by}${name}=${to}${end}`)
					.join('');
				node.write(file, `${lines({...environment, BFB: 'x.bfb'}).join('\n')}\n${text}`);
				const names = ['BFB', 'MAAS', 'DOCA_DEB'];
				const shell = execFileSync('bash', [
					'-c',
					`. "$1"; printf '%s\n' ${names.map(name => `"${name}=$${name}"`).join(' ')}`,
					'sh',
					path.join(node.root, file),
				]);
				const script = `. ${nodeprep}; find_environment; parse_environment >/dev/null; for name in ${names.join(' ')}; do printf '%s\n' "$name=\${SETTING[$name]}"; done`;
				const own = execFileSync('bash', ['-c', script], {env: {...process.env, NODEPREP_ROOT: node.root}});
				expect(own.toString()).toBe(shell.toString());
			}),
			{numRuns: 25},
		);
	});

	test('is never run, whatever stands there', async () => {
		const node = createNode();
		const piece = fc.constantFrom(
			'$(touch ran)',
			'`touch ran`',
			';touch ran',
			'\ntouch ran\n',
			'&touch ran',
			'|touch ran',
			'BFB=',
			'export ',
			'"',
			"'",
			'\\',
			'#',
			' ',
			'\n',
			'<(touch ran)',
			'$((',
			'~',
			'\0',
			'é',
		);
		await fc.assert(
			fc.asyncProperty(fc.array(piece, {maxLength: 12}), async pieces => {
				node.write(file, `${lines(environment).join('\n')}\n${pieces.join('')}`);
				const {code, output} = await node.run(['--settings']);
				expect([0, 11], output).toContain(code);
				expect(output).not.toMatch(/unexpected failure|unbound|syntax/);
				expect([...fs.readdirSync(node.root), ...fs.readdirSync('.')]).not.toContain('ran');
			}),
			{numRuns: 25},
		);
	});
});

test('a file that others can write is refused', async () => {
	const node = createNode();
	for (const mode of [0o666, 0o664, 0o606]) {
		fs.chmodSync(path.join(node.root, file), mode);
		const {code, output} = await node.run();
		expect(code).toBe(11);
		expect(output).toMatch(/chown root:root .*nodeprep-env\.sh; chmod go-w .*nodeprep-env\.sh/);
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
	expect(output).not.toContain('not a setting of this version');
});
