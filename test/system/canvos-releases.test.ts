import {execFileSync} from 'node:child_process';
import {mkdtempSync, readdirSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {applyEdits} from '../../source/builders/canvos/edits/apply-edits.ts';
import {forgettingEdits} from '../../source/builders/canvos/edits/forget-authority.ts';
import {peVersionOf} from '../../source/builders/canvos/source/pe-version.ts';
import {shippedReleases} from '../../source/builders/canvos/source/release-tags.ts';
import {shippedKubernetesVersions} from '../../source/builders/canvos/source/shipped-kubernetes-versions.ts';
import {knownPeVersion} from '../../source/compatibility/canvos-release-lines.ts';
import {runProgram} from '../helpers/run-program.ts';

const source = process.env.CANVOS_SOURCE;
if (!source)
	console.warn('The tests of CanvOS’s own releases are skipped: set CANVOS_SOURCE to its address or a clone.');
const timeoutMs = 15 * 60_000;

describe.skipIf(!source)('CanvOS itself', {timeout: timeoutMs}, () => {
	let cwd = '';
	beforeAll(() => {
		cwd = mkdtempSync(join(tmpdir(), 'edge-builder-test-'));
	});
	afterAll(() => rmSync(cwd, {recursive: true}));
	const setup = (...args: string[]) =>
		runProgram(['setup', ...args, 'BUILDER=canvos', `CANVOS_SOURCE=${source}`], {cwd, timeoutMs});
	const releasesIn = (stdout: string) =>
		stdout.split('\n').map(line => JSON.parse(line) as {release: string; misfits: string[]});
	const shown = (object: string) => {
		const folder = join(cwd, 'build/cache');
		const cache = readdirSync(folder).find(name => name.startsWith('canvos-')) ?? '';
		return execFileSync('git', ['--git-dir', join(folder, cache), 'show', object], {encoding: 'utf8'});
	};

	test('takes the overlay at every release and on main', async () => {
		const {exitCode, stdout} = await setup('--check-release', 'all', '--json');
		const releases = releasesIn(stdout);
		expect(releases.flatMap(({release, misfits}) => misfits.map(misfit => `${release}: ${misfit}`))).toEqual([]);
		expect(releases.length).toBeGreaterThanOrEqual(74);
		expect(releases.map(({release}) => release)).toEqual(expect.arrayContaining([...shippedReleases, 'main']));
		expect(exitCode).toBe(0);
	});

	test('takes the edits that forget a certificate authority, at every release', () => {
		const edits = forgettingEdits({caFile: 'ca.pem', caOnNodes: false, runner: 'managed'});
		for (const release of [...shippedReleases, 'main'])
			expect(applyEdits({Earthfile: shown(`${release}:Earthfile`)}, edits), release).toHaveProperty('changed');
	});

	test('of v4.8.10 gets lines added, and none changed or removed', async () => {
		const {stdout} = await setup('--diff', 'CANVOS_REF=v4.8.10');
		const lines = stdout.split('\n').filter(line => !/^(---|\+\+\+|@@)/.test(line));
		expect(lines.filter(line => line.startsWith('-'))).toEqual([]);
		expect(lines.filter(line => line.startsWith('+')).length).toBeGreaterThan(20);
	});

	test('has the PE_VERSIONs and Kubernetes versions that are shipped as known', () => {
		for (const release of shippedReleases) {
			expect(peVersionOf(shown(`${release}:Earthfile`)), release).toBe(knownPeVersion(release));
			const versions = JSON.parse(shown(`${release}:k8s_version.json`));
			expect(sorted(shippedKubernetesVersions(release)), release).toEqual(sorted(versions));
		}
	});
});

const sorted = (versions: Record<string, string[]> = {}) =>
	Object.fromEntries(Object.entries(versions).map(([distribution, list]) => [distribution, list.toSorted()]));
