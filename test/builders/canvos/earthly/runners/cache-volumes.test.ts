import {chmodSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {
	buildkitCaches,
	cacheSize,
	checkCache,
} from '../../../../../source/builders/canvos/earthly/runners/cache-volumes.ts';
import {createHost} from '../../../../../source/host/real-host.ts';
import {waitForLock} from '../../../../../source/host/wait-for-lock.ts';
import {temporaryFolder} from '../../../../helpers/temporary-folder.ts';
import {canvosSettings} from '../../canvos-settings.ts';

const {signal} = new AbortController();

/** A Docker with the three caches, in which these containers run: lines of label and name. */
const dockerWith = async (running: string) => {
	const folder = temporaryFolder();
	const volumes = ['edge-builder-cache', 'edge-builder-container-cache', 'edge-builder-native-cache', 'earthly-cache'];
	writeFileSync(join(folder, 'volumes'), JSON.stringify(volumes.map(Name => ({Name, Size: '14.2GB'}))));
	writeFileSync(join(folder, 'running'), running);
	writeFileSync(
		join(folder, 'docker'),
		`#!/bin/sh
echo "$*" >> ${folder}/calls
case "$1" in
	system) cat ${folder}/volumes;;
	ps) for word; do last=$word; done; sed -n "s/^$last //p" ${folder}/running;;
esac
`,
	);
	chmodSync(join(folder, 'docker'), 0o755);
	const host = await createHost({env: {PATH: `${folder}:/usr/bin:/bin`, XDG_STATE_HOME: folder}});
	const caches = await buildkitCaches({host, signal});
	return {
		folder,
		host,
		cacheIn: (volume: string) => caches.find(({title}) => title.endsWith(` ${volume}`)),
		titles: caches.map(({title}) => title),
		calls: () => readFileSync(join(folder, 'calls'), 'utf8'),
	};
};

test('the caches of all runners are offered, with their sizes, and nobody else’s', async () => {
	const {titles, cacheIn} = await dockerWith('');
	expect(titles).toHaveLength(3);
	expect(titles.join()).not.toContain(' earthly-cache');
	expect(cacheIn('edge-builder-native-cache')?.bytes).toBe(14.2e9);
});

test('the size of the chosen runner’s is told', async () => {
	const {host} = await dockerWith('');
	const [check] = checkCache(await cacheSize({host, settings: canvosSettings({runner: 'managed'})} as never));
	expect(check).toMatchObject({verdict: 'pass', detail: '14.2GB in the volume edge-builder-cache'});
});

// Symptom: three builds of other workspaces ended with exit code 5. Cause: their BuildKit was removed by force.
test.each([
	['managed', 'edge-builder-cache'],
	['container', 'edge-builder-container-cache'],
])(
	'one that a build of another workspace uses (%s) is refused, which names it, and nothing is removed',
	async (runner, volume) => {
		const {cacheIn, calls} = await dockerWith(`label=edge-builder.runner=${runner} edge-builder-run-7-iso\n`);
		for (const attempt of [cacheIn(volume)?.mustBeFree, cacheIn(volume)?.remove]) {
			await expect(attempt?.()).rejects.toMatchObject({
				exit: 'locked',
				message: expect.stringContaining('edge-builder-run-7-iso'),
			});
		}
		expect(calls()).not.toMatch(/^(?:rm|volume) /m);
	},
);

test('one of a native build that goes on is refused as long as that has its lock', async () => {
	const {cacheIn, calls, folder} = await dockerWith('');
	const cache = cacheIn('edge-builder-native-cache');
	const end = await waitForLock(join(folder, 'edge-builder/turns/native-buildkit'));
	await expect(cache?.remove()).rejects.toMatchObject({exit: 'locked'});
	await end();
	await cache?.remove();
	expect(calls()).toMatch(/^rm --force edge-builder-native-buildkitd\nvolume rm -- edge-builder-native-cache$/m);
});
