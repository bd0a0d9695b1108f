import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {peVersionOf} from '../../source/builders/canvos/earthfile.ts';
import {misfitLine} from '../../source/builders/canvos/edits/apply.ts';
import {checkReleases, overlayDiff} from '../../source/builders/canvos/edits/overlay.ts';
import {releasesAmong} from '../../source/builders/canvos/releases.ts';
import {shippedKubernetesVersions, shippedReleases} from '../../source/builders/canvos/shipped-releases.ts';
import {cacheOf} from '../../source/builders/canvos/source/address.ts';
import {inTurn} from '../../source/builders/canvos/source/cache-turn.ts';
import {fetchAll} from '../../source/builders/canvos/source/remote.ts';
import {findCommit, readFiles, tagsOf} from '../../source/builders/canvos/source/repository.ts';
import {overlayFolder} from '../../source/builders/canvos/source-tree.ts';
import {knownPeVersion} from '../../source/compatibility/canvos-releases.ts';
import {createHost} from '../../source/host/real-host.ts';
import {workspaceAt} from '../../source/pipeline/workspace.ts';
import {canvosSettings} from '../builders/canvos/canvos-settings.ts';

const source = process.env.CANVOS_SOURCE;
if (!source)
	console.warn('The tests of CanvOS’s own releases are skipped: set CANVOS_SOURCE to its address or a clone.');

describe.skipIf(!source)('CanvOS itself', () => {
	let folder = '';
	let repository = '';
	let releases: string[] = [];
	let c: {host: Awaited<ReturnType<typeof createHost>>};

	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), 'edge-builder-test-'));
		c = {host: await createHost()};
		// A clone of this machine is only read, so that it needn't be complete.
		const local = [source ?? '', join(source ?? '', '.git')].find(folder => existsSync(join(folder, 'objects')));
		const settings = canvosSettings({canvosSource: source});
		const fetching = {...c, settings, workspace: workspaceAt(folder)};
		repository = local ?? cacheOf(fetching);
		if (local === undefined) await inTurn(fetching, repository, () => fetchAll(fetching, repository));
		releases = releasesAmong(await tagsOf(c, repository)).toReversed();
	});

	afterAll(() => rmSync(folder, {recursive: true}));

	test('takes the overlay at every release and on main', async () => {
		const all = [...releases, 'main'];
		const fits = await checkReleases(c, {repository, releases: all, overlayFolder});
		expect(fits.flatMap(({release, misfits}) => misfits.map(misfit => `${release}: ${misfitLine(misfit)}`))).toEqual(
			[],
		);
		expect(fits.length).toBeGreaterThanOrEqual(74);
	});

	test('of v4.8.10 gets lines added, and none changed or removed', async () => {
		const commit = (await findCommit(c, repository, 'v4.8.10'))?.commit ?? '';
		const diff = await overlayDiff(c, {repository, commit, release: 'v4.8.10', overlayFolder});
		const lines = diff.split('\n').filter(line => !/^(---|\+\+\+|@@)/.test(line));
		expect(lines.filter(line => line.startsWith('-'))).toEqual([]);
		expect(lines.filter(line => line.startsWith('+')).length).toBeGreaterThan(20);
	});

	test('has the releases, PE_VERSIONs and Kubernetes versions that are shipped as known', async () => {
		expect(releases).toEqual(expect.arrayContaining([...shippedReleases]));
		const texts = await readFiles(
			c,
			repository,
			shippedReleases.flatMap(release => [`${release}:Earthfile`, `${release}:k8s_version.json`]),
		);
		for (const [index, release] of shippedReleases.entries()) {
			const [earthfile = '', versions = ''] = texts.slice(2 * index);
			expect(peVersionOf(earthfile), release).toBe(knownPeVersion(release));
			expect(sorted(shippedKubernetesVersions(release)), release).toEqual(sorted(JSON.parse(versions)));
		}
	});
});

const sorted = (versions: Record<string, string[]> = {}) =>
	Object.fromEntries(Object.entries(versions).map(([distribution, list]) => [distribution, list.toSorted()]));
