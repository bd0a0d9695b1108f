import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {parse} from 'yaml';
import {fragmentAnchor, insertFragment} from '../../source/builders/dockerfile-fragment.ts';
import {installSteps} from '../../source/builders/install-step-settings.ts';
import {overlayFiles, sourcesOf} from '../../source/builders/overlay-files.ts';
import {overlay} from './fake-image.ts';

const fragment = readFileSync(join(overlay, 'Dockerfile.fragment'), 'utf8');
const scripts = readdirSync(join(overlay, 'steps'));
const shellcheck = spawnSync('shellcheck', ['--version']).status === 0;

describe('the fragment', () => {
	test('has one RUN for each step, and each borrows only what it needs', () => {
		const runs = fragment.split(/^RUN /m).slice(1);
		const steps = runs.flatMap(run => /steps\/(install-\S+)/.exec(run)?.[1] ?? []);
		expect(steps).toEqual(installSteps.map(step => `install-${step}.sh`));
		for (const run of runs.filter(text => text.includes('mount'))) {
			const sources = [...run.matchAll(/source=(\S+?),/g)].map(([, source = '']) => source);
			const step = /install-(\w+)\.sh/.exec(run)?.[1];
			expect(sources).toContain(`edge-builder/settings/${step}`);
			// Nodeprep and firmware change without DOCA being installed again.
			expect(sources.includes('edge-builder/files')).toBe(step === 'files');
			expect(sources.includes('edge-builder/firmware/bfb')).toBe(step === 'bfb');
		}
	});

	test('stores nothing by COPY or ADD and declares no argument', () => {
		expect(fragment).not.toMatch(/^(COPY|ADD|ARG|ENV|FROM)\b/m);
	});

	test('goes before upstream’s line for customizations, blanks after it or not', () => {
		expect(insertFragment(`FROM x\n${fragmentAnchor}  \n# example\n`, 'RUN a\nRUN b\n')).toBe(
			`FROM x\nRUN a\nRUN b\n\n${fragmentAnchor}  \n# example\n`,
		);
	});

	test.each([0, 2])('is refused by a Dockerfile with %i such lines', count => {
		const dockerfile = `FROM x\n${`${fragmentAnchor}\n`.repeat(count)}`;
		expect(() => insertFragment(dockerfile, fragment)).toThrow(`(anchor D3) is there ${count} times`);
	});
});

describe.each(scripts)('%s', script => {
	const path = join(overlay, 'steps', script);
	test('is valid bash', () => expect(spawnSync('bash', ['-n', path]).stderr.toString()).toBe(''));
	test.skipIf(!shellcheck)('has nothing that shellcheck objects to', () => {
		const {stdout} = spawnSync('shellcheck', ['--external-sources', `--source-path=${join(overlay, '..')}`, path]);
		expect(stdout.toString()).toBe('');
	});
});

test('every file of the overlay is there, and nothing is there that goes nowhere', () => {
	const wanted = [...new Set(overlayFiles.flatMap(sourcesOf))];
	for (const source of wanted) expect(existsSync(join(overlay, source)), source).toBe(true);
	const found = ['files', 'nodeprep'].flatMap(folder =>
		readdirSync(join(overlay, folder), {recursive: true, encoding: 'utf8'}).map(path => join(folder, path)),
	);
	const files = found.filter(path => statSync(join(overlay, path)).isFile());
	expect(files.sort()).toEqual(wanted.filter(source => !source.startsWith('rehearsal/')).sort());
});

test('LLDP names ports by interface: the keyword is ifname', () => {
	expect(readFileSync(join(overlay, 'files/etc/lldpd.d/rcp-lldpd.conf'), 'utf8')).toMatch(
		/^configure lldp portidsubtype ifname$/m,
	);
});

describe.each(readdirSync(join(overlay, 'edits')))('the edit %s', name => {
	const edit = parse(readFileSync(join(overlay, 'edits', name), 'utf8')) as Record<string, string>;

	test('says what, where and why', () => {
		expect(Object.keys(edit).sort()).toEqual(['anchor', 'content', 'file', 'id', 'match', 'place', 'scope', 'why']);
		expect(edit.match).toMatch(/^(whole-line|prefix)$/);
		expect(edit.place).toMatch(/^(before|after)$/);
		expect(edit.why?.length).toBeGreaterThan(40);
	});

	test('calls a script that the image of an edge appliance has, and does nothing in another', () => {
		expect(edit.content).toMatch(/^ {4}RUN if \[ -x (\S+) \]; then \1 --finish; fi\n$/);
		const [path] = /\/usr\/lib\S+(?= \])/.exec(edit.content ?? '') ?? [];
		expect(readFileSync(join(overlay, 'steps/install-modules.sh'), 'utf8')).toContain(`$root${path}`);
	});
});
