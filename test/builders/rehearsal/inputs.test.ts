import {expect, test} from 'vitest';
import {baseName, wantedBase} from '../../../source/builders/rehearsal/base-tar.ts';
import {basePackages, neededDistribution} from '../../../source/builders/rehearsal/distribution.ts';
import {asRoot, confined, confinedOffline} from '../../../source/builders/rehearsal/namespaces.ts';
import {resolve} from '../../../source/builders/rehearsal/resolve.ts';
import type {Host} from '../../../source/host/host.ts';
import type {Settings} from '../../../source/settings/settings.ts';
import {fakeHost} from '../../helpers/fake-host.ts';

const settings = (changes: Partial<Settings> = {}) =>
	({edgeAppliance: true, canvosRef: 'v4.8.10', peVersion: '', docaSource: 'repository', ...changes}) as Settings;

const base = (at: number, changes: Partial<Settings> = {}, host: Partial<Host> = {}) =>
	wantedBase({
		settings: settings(changes),
		host: fakeHost({now: () => at, run: () => ({stdout: ''}), ...host} as Parameters<typeof fakeHost>[0]),
		signal: new AbortController().signal,
	});

const week = 7 * 24 * 60 * 60 * 1000;

test('a base image lasts for a week, and is another one for edge and standard', async () => {
	const monday = await base(10 * week);
	expect(await base(11 * week - 1)).toEqual(monday);
	expect(await base(11 * week)).toEqual({...monday, week: 11});
	const standard = await base(10 * week, {edgeAppliance: false});
	expect(standard.definition).not.toBe(monday.definition);
	expect(baseName(monday)).toMatch(/^[0-9a-f]{12}-10$/);
});

test('only an edge appliance gets kernel headers, which bring a compiler with them', () => {
	const debian = neededDistribution(fakeHost().machine.os);
	expect(basePackages(debian, 'arm64', true)).toEqual(
		expect.arrayContaining(['linux-image-cloud-arm64', 'linux-headers-cloud-arm64', 'dracut-live']),
	);
	expect(basePackages(debian, 'amd64', false).filter(name => name.startsWith('linux-'))).toEqual([
		'linux-image-cloud-amd64',
	]);
});

test('a machine that is neither Debian nor Ubuntu is told so', () => {
	expect(() => neededDistribution({...fakeHost().machine.os, id: 'fedora', name: 'Fedora 42'})).toThrow(
		'A rehearsal needs Debian or Ubuntu, and this is Fedora 42',
	);
});

test('PE_VERSION is the chosen release where it is one, and v0.0.0 where it is a branch', async () => {
	expect((await resolve(settings())).peVersion).toBe('v4.8.10');
	expect((await resolve(settings({canvosRef: 'main'}))).peVersion).toBe('v0.0.0');
	expect((await resolve(settings({peVersion: 'v4.9.0'}))).peVersion).toBe('v4.9.0');
});

test('stand-ins only exist as a package, so DOCA never comes from NVIDIA’s repository', async () => {
	expect((await resolve(settings())).docaSource).toBe('deb');
});

test('an ordinary user builds as root of a user namespace, root without one, and both die with us', () => {
	const {machine} = fakeHost();
	const root = {machine: {...machine, user: {...machine.user, uid: 0}}};
	expect(asRoot(root)).toEqual([]);
	expect(asRoot({machine})).toEqual(['buildah', 'unshare', '--']);
	expect(confined(root).slice(0, 4)).toEqual(['setpriv', '--pdeathsig', 'KILL', '--']);
	const own = confined({machine});
	expect(own.filter(word => word === '--pdeathsig')).toHaveLength(2);
	expect(own.slice(0, 7)).toEqual(['setpriv', '--pdeathsig', 'KILL', '--', 'buildah', 'unshare', '--']);
	expect(confinedOffline({machine}).slice(-2)).toEqual(['--net', '--']);
});
