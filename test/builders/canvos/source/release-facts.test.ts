import {expect, test} from 'vitest';
import {canvosBuilder} from '../../../../source/builders/canvos/canvos-builder.ts';
import {ensureCommit} from '../../../../source/builders/canvos/source/ensure-commit.ts';
import {releaseFacts} from '../../../../source/builders/canvos/source/release-facts.ts';
import {releasesAmong} from '../../../../source/builders/canvos/source/release-tags.ts';
import {canvosRun} from '../canvos-run.ts';
import {fakeCanvos} from '../fake-canvos.ts';

test('release tags are listed by number, newest first, without candidates and what is too old', () => {
	const tags = ['v4.8.10', 'v4.10.0', 'v4.9.7', 'v4.10.0-rc.3', 'v4.5.1', 'v3.4.0', 'nightly', 'v4.8.9'];
	expect(releasesAmong(tags)).toEqual(['v4.10.0', 'v4.9.7', 'v4.8.10', 'v4.8.9']);
});

test('a release’s Kubernetes versions are those of its own file, else those of the shipped list', async () => {
	const canvos = await fakeCanvos();
	const shipped = await releaseFacts(canvos.c);
	expect(shipped).toMatchObject({from: 'shipped', peVersion: 'v4.8.10'});
	expect(shipped.kubernetesVersions?.kubeadm).toContain('1.34.2');
	expect(shipped.kubernetesVersions?.kubeadm).not.toContain('1.35.2');
	await ensureCommit(canvos.c);
	expect(await releaseFacts(canvos.c)).toEqual({
		from: 'cache',
		peVersion: 'v4.8.10',
		kubernetesVersions: {kubeadm: ['1.34.2'], k3s: ['1.33.1']},
		earthfileArguments: ['PE_VERSION', 'CUSTOM_TAG'],
	});
});

test('nothing is claimed of a branch that was never fetched, nor by a file that can’t be read', async () => {
	const canvos = await fakeCanvos({canvosRef: 'main'});
	expect(await releaseFacts(canvos.c)).toMatchObject({kubernetesVersions: undefined, peVersion: undefined});
	canvos.commit('Broken');
	canvos.write('k8s_version.json', 'not JSON');
	canvos.git('commit', '--quiet', '--all', '--message', 'Broken');
	await ensureCommit(canvos.c);
	expect(await releaseFacts(canvos.c)).toMatchObject({from: 'cache', kubernetesVersions: undefined});
});

test('PE_VERSION is the Earthfile’s where it differs from the tag, with and without network', async () => {
	const canvos = await fakeCanvos({canvosRef: 'v4.10.0', peVersion: ''});
	const {settings} = canvos.c;
	expect((await canvosBuilder.resolve(settings, canvos.c)).peVersion).toBe('v4.9.21');
	canvos.commit('Release', {peVersion: 'v4.10.1'});
	canvos.git('tag', 'v4.10.0');
	await ensureCommit(canvos.c);
	expect((await canvosBuilder.resolve(settings, canvos.c)).peVersion).toBe('v4.10.1');
});

test('PE_VERSION of a branch is read from the source, and one that was given stays', async () => {
	const canvos = await fakeCanvos({canvosRef: 'main', peVersion: ''});
	const {settings} = canvos.c;
	expect((await canvosBuilder.resolve(settings, canvos.c)).peVersion).toBe('v4.8.10');
	const given = {...settings, peVersion: 'v4.8.9', canvosSource: '/no/such/clone'};
	expect((await canvosBuilder.resolve(given, canvos.c)).peVersion).toBe('v4.8.9');
});

test('a repository that is not CanvOS is told', async () => {
	const canvos = await fakeCanvos({canvosRef: 'main', peVersion: ''});
	canvos.write('Earthfile', 'VERSION 0.8\n');
	canvos.git('commit', '--quiet', '--all', '--message', 'Something else');
	await expect(canvosBuilder.resolve(canvos.c.settings, canvos.c)).rejects.toMatchObject({code: 'not-canvos'});
});

test('a branch of another generation is refused once it is fetched, and by the build whatever PE_VERSION says', async () => {
	const canvos = await fakeCanvos({canvosRef: 'main', peVersion: ''});
	canvos.commit('The next one', {peVersion: 'v5.0.0'});
	const {settings} = canvos.c;
	await expect(canvosBuilder.resolve(settings, canvos.c)).rejects.toMatchObject({
		code: 'canvos-release-unsupported',
		exit: 'usage',
	});
	const {c} = await canvosRun({canvosSource: canvos.clone, canvosRef: 'main'});
	await expect(canvosBuilder.prepareSource(c)).rejects.toMatchObject({code: 'canvos-release-unsupported'});
});
