import fs from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {type Card, createNode, environment} from './node-under-test.ts';

type Sample = {name: string; labels: Record<string, string>; value: number};

/** Reads Prometheus' text format and takes nothing that isn't in it: each family is described once, before its samples. */
const readExposition = (text: string): Sample[] => {
	expect(text.endsWith('\n')).toBe(true);
	const helped = new Set<string>();
	const typed = new Set<string>();
	const seen = new Set<string>();
	const families: string[] = [];
	return text
		.slice(0, -1)
		.split('\n')
		.flatMap(line => {
			const [, kind, described, rest = ''] = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/.exec(line) ?? [];
			if (kind && described) {
				const group = kind === 'HELP' ? helped : typed;
				if (group.has(described)) throw new Error(`twice: ${line}`);
				if (kind === 'TYPE' && !/^(counter|gauge|untyped)$/.test(rest)) throw new Error(`no type: ${line}`);
				group.add(described);
				return [];
			}
			const [, name, , inner = '', value] =
				/^([a-zA-Z_:][\w:]*)(\{((?:[a-zA-Z_]\w*="(?:[^"\\]|\\[\\"n])*",?)*)\})? (-?\d+(?:\.\d+)?)$/.exec(line) ?? [];
			if (!name || !helped.has(name) || !typed.has(name)) throw new Error(`not read: ${line}`);
			if (families.at(-1) !== name && families.includes(name)) throw new Error(`scattered: ${line}`);
			families.push(name);
			const key = line.slice(0, line.lastIndexOf(' '));
			if (seen.has(key)) throw new Error(`twice: ${key}`);
			seen.add(key);
			const labels = [...inner.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', escaped = '']) => [
				label,
				escaped.replaceAll(/\\(.)/g, (_, letter) => (letter === 'n' ? '\n' : letter)),
			]);
			return [{name, labels: Object.fromEntries(labels), value: Number(value)}];
		});
};

const METRICS_FOLDER = '/var/lib/node_exporter';
const file = 'var/lib/node_exporter/nodeprep.prom';
const card: Card = {slot: '0000:05:00', kind: 'SuperNIC', firmware: environment.BFB_FW};

const measured = (options: Parameters<typeof createNode>[0] = {}) => {
	const node = createNode({cards: [card], ...options, environment: {METRICS_FOLDER, ...options.environment}});
	fs.mkdirSync(path.join(node.root, METRICS_FOLDER), {recursive: true});
	return node;
};

describe('metrics', () => {
	test('of a node that is complete', async () => {
		const node = measured({state: 'precomplete'});
		const before = Math.floor(Date.now() / 1000);
		expect((await node.run()).code).toBe(0);
		const samples = readExposition(node.read(file));
		const [started] = samples.splice(3, 1);
		expect(started).toMatchObject({name: 'nodeprep_last_start_timestamp_seconds', labels: {}});
		expect(started?.value).toBeGreaterThanOrEqual(before - 1);
		const address = '0000:05:00.0';
		expect(samples).toEqual([
			{name: 'nodeprep_info', labels: {version: '2.2.0', host: 'immutable', node: 'worker-1'}, value: 1},
			{name: 'nodeprep_state', labels: {state: 'complete'}, value: 1},
			{name: 'nodeprep_last_exit_code', labels: {}, value: 0},
			{name: 'nodeprep_attempts', labels: {}, value: 0},
			{name: 'nodeprep_reboot_scheduled', labels: {}, value: 0},
			{
				name: 'nodeprep_card_info',
				labels: {
					address,
					class: 'SuperNIC',
					interface: 'nic00000500p0',
					firmware: environment.BFB_FW,
					flash: environment.BFB_FW,
				},
				value: 1,
			},
			{name: 'nodeprep_card_virtual_functions', labels: {address}, value: 2},
			{name: 'nodeprep_card_health', labels: {address, health: 'ok'}, value: 1},
		]);
		expect(fs.readdirSync(path.join(node.root, METRICS_FOLDER))).toEqual(['nodeprep.prom']);
		expect(fs.statSync(path.join(node.root, file)).mode & 0o777).toBe(0o644);
	});

	test('of a start that fails, and of one that reboots', async () => {
		const node = measured({state: 'precomplete', environment: {NUMVF_EW: '0'}});
		node.tell('reporters', 'pci/0000:05:00.0 fw error\n');
		expect((await node.run()).code).toBe(38);
		const value = (name: string) => readExposition(node.read(file)).find(sample => sample.name === name);
		expect(value('nodeprep_last_exit_code')?.value).toBe(38);
		expect(value('nodeprep_card_health')?.labels.health).toBe('reporter-error');
		node.untell('reporters');
		expect((await node.run(['--redo', 'config'])).code).toBe(0);
		const other = measured();
		expect((await other.run()).code).toBe(40);
		const samples = readExposition(other.read(file));
		expect(samples.find(sample => sample.name === 'nodeprep_reboot_scheduled')?.value).toBe(1);
	});

	test('label values are escaped', async () => {
		const node = measured({state: 'precomplete', environment: {NUMVF_EW: '0'}});
		const at = 'sys/bus/pci/devices/0000:05:00.0/net';
		const odd = 'a"b\\c\nd';
		fs.renameSync(path.join(node.root, at, 'nic00000500p0'), path.join(node.root, at, odd));
		await node.run();
		expect(readExposition(node.read(file)).find(({name}) => name === 'nodeprep_card_info')?.labels.interface).toBe(odd);
	});

	test.each([
		['is missing', (node: ReturnType<typeof measured>) => node.remove('var/lib/node_exporter')],
		[
			'is a file',
			(node: ReturnType<typeof measured>) => [
				node.remove('var/lib/node_exporter'),
				node.write('var/lib/node_exporter', ''),
			],
		],
		['has a folder of that name', (node: ReturnType<typeof measured>) => node.write(`${file}/inside`, '')],
	])('a folder that %s is one warning', async (_, spoil) => {
		const node = measured({state: 'precomplete'});
		spoil(node);
		const {code, output} = await node.run();
		expect(code).toBe(0);
		expect(output.match(/\[WARN\].*nodeprep\.prom cannot be written/g)).toHaveLength(1);
	});

	test('reports write none, and neither does a start without the setting or with an odd one', async () => {
		const node = measured({state: 'precomplete'});
		await node.run(['--check']);
		await node.run(['--status']);
		expect(node.exists(file)).toBe(false);
		const without = measured({environment: {METRICS_FOLDER: undefined}});
		expect((await without.run()).output).not.toContain('nodeprep.prom');
		expect((await measured({environment: {METRICS_FOLDER: 'here'}}).run()).code).toBe(11);
	});
});
