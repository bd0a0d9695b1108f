import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const info = async (preset: string) => {
	const cwd = temporaryFolder();
	mkdirSync(join(cwd, 'presets'));
	writeFileSync(join(cwd, 'presets/mine.yaml'), preset);
	const {exitCode, stdout, stderr} = await runProgram(['info', '--preset', 'mine'], {cwd});
	return {exitCode, printed: stdout + stderr};
};

// Symptom: "there is no "" in a preset". Cause: keys that were added to bring the file up to date were read as empty.
test.each(['name: mine\nsettings:\n  customTag: byhand\n', 'name: mine\nCUSTOM_TAG: byhand\n'])(
	'a preset without schemaVersion is read: %j',
	async preset => {
		const {exitCode, printed} = await info(preset);
		expect(printed).toMatch(/CUSTOM_TAG +byhand/);
		expect(printed).not.toContain('✖');
		expect(exitCode).toBe(0);
	},
);

// Each level of a deep file was a complaint of its own, and every message named line and column twice.
test.each([
	[`name: mine\nsettings: ${'{a: '.repeat(5000)}1${'}'.repeat(5000)}\n`, /line 2: this is not YAML: /],
	['name: mine\nname: yours\n', /line 2: this is not YAML: Map keys must be unique$/m],
	['name: mine\n---\nname: yours\n', /line 2: this is more than one YAML document$/m],
])('what is not YAML is told in one sentence', async (preset, sentence) => {
	const {printed} = await info(preset);
	expect(printed.match(/mine\.yaml line/g)).toHaveLength(1);
	expect(printed).toMatch(sentence);
});
