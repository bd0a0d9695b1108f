import {execFileSync, spawnSync} from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {nodeprep, partsFolder} from './node-under-test.ts';

const has = (program: string) => spawnSync(program, ['--help']).error === undefined;
const text = fs.readFileSync(nodeprep, 'utf8');

test('the script is all parts one after the other: cat overlay/nodeprep/*.sh', () => {
	const parts = fs
		.readdirSync(partsFolder)
		.filter(name => name.endsWith('.sh'))
		.sort();
	expect(text === parts.map(name => fs.readFileSync(path.join(partsFolder, name), 'utf8')).join('')).toBe(true);
});

test('bash accepts it', () => {
	execFileSync('bash', ['-n', nodeprep]);
});

test.skipIf(!has('shellcheck'))('shellcheck has nothing to say about it and its tools', () => {
	const tools = [
		nodeprep,
		path.join(import.meta.dirname, 'tools/stub'),
		path.join(import.meta.dirname, 'tools/writes.bash'),
		path.resolve(partsFolder, '../rehearsal/nodeprep-life.sh'),
	];
	const {stdout} = spawnSync('shellcheck', ['--severity=style', ...tools], {encoding: 'utf8'});
	expect(stdout).toBe('');
});

test('it is strict, and never runs what it reads', () => {
	expect(text).toContain('set -Eeuo pipefail');
	const code = text.split('\n').filter(line => !line.trim().startsWith('#'));
	expect(code.filter(line => /\beval\b|^\s*(source|\.) |\bwhich\b|`/.test(line))).toEqual([]);
});

test('the table of weaknesses names each of the 34 once', () => {
	const docs = fs.readFileSync(path.resolve(partsFolder, '../../docs/nodeprep.md'), 'utf8');
	const numbers = [...(docs.split('## What it does instead')[1] ?? '').matchAll(/^\| (\d+) \| .* \|$/gm)].map(match =>
		Number(match[1]),
	);
	expect(numbers).toEqual(Array.from({length: 34}, (_, i) => i + 1));
});

// The stub kubectl answers with facts; whether the template makes such facts out of a node object only kubectl can tell.
test.skipIf(!has('kubectl'))('kubectl turns a node object into facts', async () => {
	const template = /NODE_TEMPLATE='(.*)'/.exec(text)?.[1] ?? '';
	const object = {
		kind: 'Node',
		apiVersion: 'v1',
		metadata: {name: 'worker-1', labels: {'a.test/x': '1', 'spectrocloud.com/nodeprep': 'config'}},
		spec: {
			unschedulable: true,
			taints: [
				{key: 'spectrocloud.com/nodeprep', effect: 'NoSchedule'},
				{key: 'k', value: 'v', effect: 'NoExecute'},
			],
		},
		status: {conditions: [{type: 'Ready', status: 'True'}]},
	};
	expect(await factsFromKubectl(template, object)).toEqual([
		'condition Ready=True',
		'unschedulable',
		'taint spectrocloud.com/nodeprep:NoSchedule',
		'taint k=v:NoExecute',
		'label a.test/x=1',
		'label spectrocloud.com/nodeprep=config',
	]);
	expect(await factsFromKubectl(template, {...object, metadata: {name: 'worker-1'}, spec: {}})).toEqual([
		'condition Ready=True',
	]);
});

const factsFromKubectl = async (template: string, object: object) => {
	const resources = {
		kind: 'APIResourceList',
		groupVersion: 'v1',
		resources: [{name: 'nodes', singularName: '', namespaced: false, kind: 'Node', verbs: ['get']}],
	};
	const server = http.createServer((request, response) => {
		const answers: Record<string, object> = {
			'/version': {major: '1', minor: '32', gitVersion: 'v1.32.4'},
			'/api': {kind: 'APIVersions', versions: ['v1']},
			'/apis': {kind: 'APIGroupList', apiVersion: 'v1', groups: []},
			'/api/v1': resources,
			'/api/v1/nodes/worker-1': object,
		};
		const answer = answers[(request.url ?? '').split('?')[0] ?? ''];
		response.writeHead(answer ? 200 : 404, {'content-type': 'application/json'}).end(JSON.stringify(answer ?? {}));
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => void server.close());
	const {port} = server.address() as {port: number};
	const cache = fs.mkdtempSync('/tmp/nodeprep-kubectl-');
	onTestFinished(() => fs.rmSync(cache, {recursive: true, force: true}));
	const {promise, resolve} = Promise.withResolvers<string>();
	const {execFile} = await import('node:child_process');
	const args = [
		'--server',
		`http://127.0.0.1:${port}`,
		'--cache-dir',
		cache,
		'get',
		'node',
		'worker-1',
		'-o',
		`go-template=${template}`,
	];
	execFile('kubectl', args, {env: {PATH: process.env.PATH, HOME: cache}}, (error, stdout, stderr) =>
		resolve(error ? stderr : stdout),
	);
	return (await promise).split('\n').filter(Boolean);
};
