import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {cacheOptions, registryCache} from '../../../../../source/builders/canvos/earthly/runners/registry-cache.ts';
import {nameResults} from '../../../../../source/builders/canvos/edits/names-of-results.ts';
import type {Settings} from '../../../../../source/settings/settings.ts';
import {temporaryFolder} from '../../../../helpers/temporary-folder.ts';
import {earthfile} from '../../canvos-repository.ts';
import {canvosRun} from '../../canvos-run.ts';

const cacheOf = async (earthfileText: string, more: Partial<Settings> = {}) => {
	const {c} = await canvosRun({buildCache: 'registry.example.com/edge/cache', ...more});
	const tree = join(temporaryFolder(), 'tree');
	mkdirSync(tree);
	writeFileSync(join(tree, 'Earthfile'), earthfileText);
	return registryCache({...c, run: {...c.run, tree}}, '+iso');
};

const named =
	nameResults(
		earthfile('v4.8.10'),
		{imageRegistry: 'r', imageRepo: 'x', customTag: '', isoName: 'i'},
		{providerImage: 'r/x:t', imageTag: 't'},
	)?.earthfile ?? '';

test('steps go to a tag of their target, architecture and release, and come from those of the other target', async () => {
	const cache = await cacheOf(named, {canvosRef: 'feature/x+1'});
	expect(cacheOptions(cache)).toEqual([
		'--remote-cache=registry.example.com/edge/cache:iso-amd64-feature-x-1,ignore-error=true',
		...['--push', '--max-remote-cache'],
		'--cache-from=registry.example.com/edge/cache:build-provider-images-amd64-feature-x-1',
	]);
});

test('are only taken where Earthly’s --push would send out images as well', async () => {
	expect(cacheOptions(await cacheOf(earthfile('v4.8.10')))).not.toContain('--push');
	expect(cacheOptions(await cacheOf(`${named}\n    RUN --push ./release\n`))).not.toContain('--push');
	expect(named).not.toContain('--push');
});

test('there is none without BUILD_CACHE, and for CanvOS’s own script', async () => {
	expect(cacheOptions(await cacheOf(named, {buildCache: ''}))).toEqual([]);
	expect(cacheOptions(await cacheOf(named, {runner: 'upstream-script'}))).toEqual([]);
});

test('the options reach Earthly', async () => {
	const {canvosBuilder} = await import('../../../../../source/builders/canvos/canvos-builder.ts');
	const {c, canvos, seen} = await canvosRun({buildCache: 'registry.example.com/edge/cache'});
	await canvosBuilder.prepareSource(c);
	await canvosBuilder.buildProviderImage(c);
	const called = await c.host.files.readText(join(canvos.root, 'calls'));
	expect(called).toMatch(
		/--remote-cache=registry\.example\.com\/edge\/cache:build-provider-images-amd64-v4\.8\.10,ignore-error=true --push --max-remote-cache/,
	);
	expect(seen.notes.join('\n')).toContain('and go to the first');
});
