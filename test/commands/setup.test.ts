import {renameSync} from 'node:fs';
import {join} from 'node:path';
import {PassThrough} from 'node:stream';
import {text} from 'node:stream/consumers';
import {expect, test} from 'vitest';
import type {Invocation} from '../../source/app/invocation.ts';
import {setup} from '../../source/commands/setup.ts';
import {createPrinter} from '../../source/reporters/command-printer.ts';
import {argumentLayer} from '../../source/settings/layer-sources.ts';
import {fakeCanvos} from '../builders/canvos/fake-canvos.ts';

type Canvos = Awaited<ReturnType<typeof fakeCanvos>>;

/** One call of `edge-builder setup`: its exit code and what it wrote. */
const setUp = async (
	canvos: Canvos,
	flags: Parameters<typeof setup>[1],
	{output = 'plain', ref = 'v4.8.10'}: {output?: Invocation['output']; ref?: string} = {},
) => {
	const [stdout, stderr] = [new PassThrough(), new PassThrough()];
	const {host, workspace} = canvos.c;
	const invocation: Invocation = {
		...createPrinter({stdout, stderr}, printed => printed),
		layers: [argumentLayer([`CANVOS_SOURCE=${canvos.clone}`, `CANVOS_REF=${ref}`])],
		output,
		quiet: false,
		yes: false,
		dryRun: false,
		workspace,
		host,
		env: {},
		version: '0.0.0',
		commandLine: 'edge-builder setup',
		stdin: new PassThrough(),
		stdout,
		stderr,
		onInterrupt: () => () => undefined,
	};
	const exitCode = await setup(invocation, flags).finally(() => {
		stdout.end();
		stderr.end();
	});
	return {exitCode, out: await text(stdout), err: await text(stderr)};
};

/** A release in which the Dockerfile has no place for us. */
const releaseWithoutAnchor = (canvos: Canvos) => {
	canvos.write('Dockerfile', 'ARG BASE\nFROM $BASE\n');
	canvos.commit('Without the anchor', {peVersion: 'v4.9.0'});
	canvos.git('tag', 'v4.9.0');
};

test('--diff prints what git can apply', async () => {
	const canvos = await fakeCanvos();
	const {exitCode, out} = await setUp(canvos, {diff: true});
	expect(exitCode).toBe(0);
	expect(out).toMatch(/^--- a\/Dockerfile\n\+\+\+ b\/Dockerfile\n@@ /);
	canvos.write('overlay.diff', out);
	canvos.git('apply', '--check', 'overlay.diff');
});

test('--diff with --json is one object a line', async () => {
	const {out} = await setUp(await fakeCanvos(), {diff: true}, {output: 'json'});
	expect(out.trimEnd()).not.toContain('\n');
	expect(JSON.parse(out)).toMatchObject({release: 'v4.8.10', diff: expect.stringContaining('+++ b/Dockerfile')});
});

test('--check-release all goes through every release and main, and fails for one that doesn’t fit', async () => {
	const canvos = await fakeCanvos();
	expect(await setUp(canvos, {checkRelease: ['all']})).toMatchObject({
		exitCode: 0,
		out: '✔ v4.8.10\n✔ main\nThe overlay fits all 2 releases.\n',
	});
	releaseWithoutAnchor(canvos);
	const {exitCode, out} = await setUp(canvos, {checkRelease: ['all']});
	expect(exitCode).toBe(6);
	expect(out).toMatch(/✔ v4\.8\.10\n✖ v4\.9\.0\n {2}Dockerfile, anchor D3 .*is missing/);
	expect(out).toContain('The overlay does not fit 2 of 3 releases.');
});

test('--check-release says it of the releases that are named, also for programs', async () => {
	const canvos = await fakeCanvos();
	releaseWithoutAnchor(canvos);
	const {exitCode, out} = await setUp(canvos, {checkRelease: ['v4.8.10', 'v4.9.0']}, {output: 'json'});
	expect(exitCode).toBe(6);
	expect(
		out
			.trim()
			.split('\n')
			.map(line => JSON.parse(line)),
	).toEqual([
		{release: 'v4.8.10', fits: true, misfits: []},
		{release: 'v4.9.0', fits: false, misfits: [expect.stringContaining('anchor D3')]},
	]);
});

test('--check-release without network checks the releases of the last fetch, and says so', async () => {
	const canvos = await fakeCanvos();
	await setUp(canvos, {checkRelease: ['all']});
	renameSync(canvos.clone, join(canvos.root, 'gone'));
	const {exitCode, out, err} = await setUp(canvos, {checkRelease: ['all']});
	expect(exitCode).toBe(0);
	expect(out).toContain('✔ v4.8.10');
	expect(err).toContain('Releases of the last fetch');
});

test('a release that does not exist is a mistake of whoever asks', async () => {
	const canvos = await fakeCanvos();
	await expect(setUp(canvos, {checkRelease: ['v9.9.9']})).rejects.toMatchObject({
		code: 'canvos-ref-unknown',
		exit: 'usage',
	});
});
