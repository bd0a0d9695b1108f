import {renameSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {canvosBuilder} from '../../../source/builders/canvos/canvos-builder.ts';
import {ensureCommit} from '../../../source/builders/canvos/source/ensure-commit.ts';
import type {Host} from '../../../source/host/host.ts';
import {createHost} from '../../../source/host/real-host.ts';
import type {Settings} from '../../../source/settings/settings.ts';
import {fakeCanvos} from './fake-canvos.ts';

/** A check of a machine whose Docker doesn't answer, by its id. */
const checkOf = async (
	canvos: Awaited<ReturnType<typeof fakeCanvos>>,
	id: string,
	{settings = {}, host = {}, push = false}: {settings?: Partial<Settings>; host?: Partial<Host>; push?: boolean} = {},
) => {
	const real = await createHost({env: {...canvos.c.host.env, DOCKER_HOST: 'unix:///no/such/docker.sock'}});
	const checks = await canvosBuilder.hostChecks({
		...canvos.c,
		settings: {...canvos.c.settings, ...settings},
		host: {...real, ...host},
		build: true,
		smokeTest: false,
		push,
	});
	return checks.find(check => check.id === id);
};

test('a release of the cache needs no network', async () => {
	const canvos = await fakeCanvos();
	await ensureCommit(canvos.c);
	renameSync(canvos.clone, join(canvos.root, 'gone'));
	expect(await checkOf(canvos, 'canvos-source')).toMatchObject({verdict: 'pass'});
});

test('a release that was never fetched has to be at the source', async () => {
	const canvos = await fakeCanvos();
	expect(await checkOf(canvos, 'canvos-source')).toMatchObject({verdict: 'pass', detail: canvos.clone});
	const unknown = await checkOf(canvos, 'canvos-source', {settings: {canvosRef: 'v9.9.9'}});
	expect(unknown).toMatchObject({verdict: 'fail', detail: expect.stringContaining('no tag or branch v9.9.9')});
});

test('a source that can’t be reached fails, with what to try', async () => {
	const canvos = await fakeCanvos({canvosSource: 'http://127.0.0.1:1/CanvOS.git'});
	expect(await checkOf(canvos, 'canvos-source')).toMatchObject({
		verdict: 'fail',
		detail: expect.stringContaining('cannot be reached'),
		hint: expect.stringContaining('CANVOS_SOURCE'),
	});
});

test('a branch of the cache is a warning without network', async () => {
	const canvos = await fakeCanvos({canvosRef: 'main'});
	await ensureCommit(canvos.c);
	renameSync(canvos.clone, join(canvos.root, 'gone'));
	expect(await checkOf(canvos, 'canvos-source')).toMatchObject({
		verdict: 'warn',
		detail: expect.stringContaining('as it was at the last fetch'),
	});
});

test('without git it is git that is asked for', async () => {
	const canvos = await fakeCanvos();
	const host = {which: async (program: string) => (program === 'git' ? undefined : `/usr/bin/${program}`)};
	expect(await checkOf(canvos, 'git', {host})).toMatchObject({verdict: 'fail', hint: expect.stringContaining('git')});
	expect(await checkOf(canvos, 'canvos-source', {host})).toBeUndefined();
});

test('the registry is asked for the right to push only before a push', async () => {
	const canvos = await fakeCanvos();
	const settings = {imageRegistry: '127.0.0.1:1'};
	expect(await checkOf(canvos, 'push-right', {settings})).toBeUndefined();
	expect(await checkOf(canvos, 'push-right', {settings, push: true})).toMatchObject({verdict: 'fail'});
});
