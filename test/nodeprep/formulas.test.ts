import {execFileSync} from 'node:child_process';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {bash, nodeprep} from './node-under-test.ts';

const inBash = (commands: string) =>
	execFileSync(bash, ['-c', `source "$1"; ${commands}`, 'bash', nodeprep], {encoding: 'utf8'})
		.trim()
		.split('\n');

const addresses = (guid: string, v: number) =>
	['vf_node_guid', 'vf_port_guid', 'vf_mac'].map(name => `${name} ${guid} ${v}; echo "$REPLY"`).join('\n');

test('the known vectors come out', () => {
	const guid = '905a0815d91d2edc';
	expect(inBash([0, 1, 3].map(v => addresses(guid, v)).join('\n'))).toEqual([
		...['90:5a:08:1f:10:0d:2e:dc', '90:5a:08:1f:20:0d:2e:dc', 'f2:00:d9:1d:2e:dc'],
		...['90:5a:08:1f:10:1d:2e:dc', '90:5a:08:1f:20:1d:2e:dc', 'f2:01:d9:1d:2e:dc'],
		...['90:5a:08:1f:10:3d:2e:dc', '90:5a:08:1f:20:3d:2e:dc', 'f2:03:d9:1d:2e:dc'],
	]);
});

test('any GUID and number give well-formed, distinct addresses of the same digits', () => {
	const guids = fc.sample(
		fc.array(fc.constantFrom(...'0123456789abcdef'), {minLength: 16, maxLength: 16}).map(digits => digits.join('')),
		{numRuns: 40, seed: 3},
	);
	const lines = inBash(guids.map((guid, i) => addresses(guid, (i * 37) % 256)).join('\n'));
	for (const [i, guid] of guids.entries()) {
		const number = ((i * 37) % 256).toString(16).padStart(2, '0');
		const [node, port, mac] = lines.slice(i * 3, i * 3 + 3).map(line => line.replaceAll(':', ''));
		expect(node).toBe(`${guid.slice(0, 7)}f1${number}${guid.slice(11)}`);
		expect(port).toBe(`${guid.slice(0, 7)}f2${number}${guid.slice(11)}`);
		expect(mac).toBe(`f2${number}${guid.slice(8)}`);
		expect(lines[i * 3]).toMatch(/^([0-9a-f]{2}:){7}[0-9a-f]{2}$/);
		expect(lines[i * 3 + 2]).toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
	}
});

test('versions compare by number, not by text', () => {
	const compare = (a: string, b: string) => inBash(`compare_versions ${a} ${b}; echo "$REPLY"`)[0];
	expect(compare('32.47.1088', '32.47.1088')).toBe('0');
	expect(compare('32.9.1000', '32.47.1088')).toBe('-1');
	expect(compare('32.47.1088', '32.47.988')).toBe('1');
	expect(compare('32.47.0088', '32.47.88')).toBe('0');
	expect(compare('32.47', '32.47.1')).toBe('-1');
});

test('label values hold what Kubernetes accepts', () => {
	const value = (text: string) => inBash(`label_value '${text}'; printf '%s\\n' "$REPLY"`)[0];
	expect(value('NVIDIA BlueField-3 (x16)')).toBe('NVIDIA-BlueField-3--x16');
	expect(value('..-eth0_')).toBe('eth0');
	expect(value('a'.repeat(80))).toBe('a'.repeat(63));
	expect(value('***')).toBe('');
});
