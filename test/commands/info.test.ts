import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {PassThrough} from 'node:stream';
import {describe, expect, test} from 'vitest';
import type {Invocation} from '../../source/app/invocation.ts';
import {consoleCommand} from '../../source/commands/console.ts';
import {info} from '../../source/commands/info.ts';
import {workspaceAt} from '../../source/pipeline/workspace.ts';
import {createPrinter} from '../../source/reporters/command-printer.ts';
import {argumentLayer} from '../../source/settings/layer-sources.ts';
import {fakeHost} from '../helpers/fake-host.ts';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const call = (words: readonly string[], files: Record<string, string> = {}) => {
	const workspace = workspaceAt(temporaryFolder());
	for (const [name, text] of Object.entries(files)) {
		mkdirSync(join(workspace.root, name, '..'), {recursive: true});
		writeFileSync(join(workspace.root, name), text);
	}
	const terminal = Object.assign(new PassThrough(), {isTTY: true});
	const stderr = new PassThrough();
	return {
		...createPrinter({stdout: terminal, stderr}, text => text),
		layers: [argumentLayer(words)],
		output: 'json',
		host: fakeHost(),
		env: {},
		workspace,
		stdin: terminal,
		stdout: terminal,
		stderr,
	} as unknown as Invocation & {stdout: PassThrough};
};

const firmwareOf = async (words: readonly string[], files?: Record<string, string>) => {
	const invocation = call(words, files);
	await info(invocation, {});
	return (JSON.parse(String(invocation.stdout.read())) as {firmware: {name: string; state: string}[]}).firmware;
};

test('info finds the stand-ins of a rehearsal where they lie, apart from real firmware', async () => {
	const names = ['BFB_NAME=bf-bundle-3.2.1-34_25.11_ubuntu-24.04_64k_prod.bfb'];
	const [, name = ''] = names[0]?.split('=') ?? [];
	const [real] = (await firmwareOf(names, {[`redist/${name}`]: 'real'})).filter(file => file.name === name);
	expect(real?.state).toBe('not downloaded');
	const [standIn] = (await firmwareOf(names, {[`redist/rehearsal/${name}`]: 'stand-in'})).filter(
		file => file.name === name,
	);
	expect(standIn?.state).toMatch(/^8 B at .*redist\/rehearsal\//);
	const [part] = (await firmwareOf(names, {[`redist/rehearsal/${name}.part`]: 'abc'})).filter(
		file => file.name === name,
	);
	expect(part?.state).toBe('incomplete, 3 B so far');
});

test('info looks for no firmware that the build fetches itself, or that a standard image has not', async () => {
	expect(await firmwareOf(['FIRMWARE=url'])).toEqual([]);
	expect(await firmwareOf(['EDGE_APPLIANCE=false'])).toEqual([]);
});

test('the console of a named ISO that is not there is refused, naming those that are', async () => {
	const invocation = call(['ISO_NAME=wanted'], {'build/other.iso': 'x'});
	const error = await consoleCommand(invocation).catch(error => error);
	expect(error).toMatchObject({code: 'iso-missing', exit: 'usage'});
	expect(error.hint).toContain('There are: other.iso.');
});

describe('info --network', () => {
	const needsOf = async (...settings: string[]) => {
		const {stdout} = await runProgram(['info', '--network', '--json', ...settings], {cwd: temporaryFolder()});
		const {network} = JSON.parse(stdout) as {network: {host: string; setting?: string; mirrors?: string[]}[]};
		return network;
	};
	const hostsOf = async (...settings: string[]) => (await needsOf(...settings)).map(({host}) => host);

	test('names every place that a real build fetches from, with the mirrors that are asked first', async () => {
		const needs = await needsOf('BUILDER=canvos', 'REGISTRY_MIRRORS=quay.io=http://mirror.lan:5000/quay');
		expect(needs.map(({host}) => host)).toEqual(
			expect.arrayContaining(['github.com', 'quay.io/kairos', 'content.mellanox.com', 'archive.ubuntu.com']),
		);
		expect(needs.find(({host}) => host === 'quay.io/kairos')?.mirrors).toEqual(['mirror.lan:5000/quay']);
		expect(needs.find(({host}) => host === 'us-docker.pkg.dev/palette-images')?.setting).toContain('SPECTRO_PUB_REPO');
	});

	test('leaves out what these settings do without', async () => {
		const hosts = await hostsOf(
			...['BUILDER=canvos', 'EDGE_APPLIANCE=false', 'ARCH=arm64', 'SPECTRO_PUB_REPO=registry.lan/palette'],
			...[
				'SPECTRO_THIRD_PARTY_IMAGE=registry.lan/tools:1',
				'SPECTRO_LUET_REPO=registry.lan/edge',
				'CANVOS_SOURCE=/srv/CanvOS',
			],
		);
		expect(hosts.join(' ')).not.toMatch(/mellanox|us-docker|github|archive\.ubuntu/);
		expect(hosts).toEqual(expect.arrayContaining(['registry.lan/palette', '/srv/CanvOS', 'ports.ubuntu.com']));
	});
});

// The installer image is a name of CanvOS's that no runner but its own script loads.
test('info lists the images that are made, and no other', async () => {
	const namesOf = async (...words: string[]) => {
		const invocation = call(['PE_VERSION=v4.8.10', ...words]);
		await info(invocation, {});
		return (JSON.parse(String(invocation.stdout.read())) as {names: Record<string, unknown>}).names;
	};
	expect(await namesOf('BUILDER=rehearsal')).not.toHaveProperty('installerImage');
	expect(await namesOf('BUILDER=canvos')).not.toHaveProperty('installerImage');
	expect(await namesOf('BUILDER=canvos', 'RUNNER=upstream-script')).toHaveProperty('installerImage');
	const plain = {...call(['BUILDER=canvos', 'PE_VERSION=v4.8.10']), output: 'plain'} as never as ReturnType<
		typeof call
	>;
	await info(plain, {});
	expect(String(plain.stdout.read())).toMatch(/provider image {3}\S+\n {2}installer ISO/);
});
