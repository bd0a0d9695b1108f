import {expect, test} from 'vitest';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

// Symptom: a script that reads --json got nothing for a misspelt flag or command. Cause: the command line's own mistakes
// ended the program before it knew how answers are shown.
test.each([
	[['build', '--json', '--no-such-flag'], '--no-such-flag'],
	[['--json', 'biuld'], 'Did you mean build?'],
	[['runs', 'list', 'K8S_VERSION=1.34.2', '--json'], 'takes no settings'],
	[['verify', 'kernel', '--json'], 'Allowed choices are image, iso'],
	[['runs', 'show', '--json'], "missing required argument 'id'"],
	[['build', '--json', '--only'], 'argument missing'],
	[['build', '--json', '--k8s-version', '1.x'], 'k8s-version'],
	[['build', '--json', '--preset', 'rehearsl'], 'rehearsl'],
	[['--json'], 'edge-builder build --preset rehearsal --yes'],
])('%j answers with one JSON object, and exits with 2', async (args, text) => {
	const {exitCode, stdout, stderr} = await runProgram(args, {cwd: temporaryFolder()});
	expect(stdout.trim().split('\n')).toHaveLength(1);
	const {error} = JSON.parse(stdout);
	expect(error.code).not.toBe('bug');
	expect(`${error.message} ${error.hint ?? ''}`).toContain(text);
	expect(stderr).toContain(text);
	expect(exitCode).toBe(2);
});

test('without --json nothing but people are told', async () => {
	const {stdout} = await runProgram(['build', '--no-such-flag'], {cwd: temporaryFolder()});
	expect(stdout).toBe('');
});

// Symptom: "Run `edge-builder runs list`" was answered with "command not found". Cause: the name is known only to those who
// linked it, and hints did not look at how they were called.
test('who came by npm start is given commands that begin with it', async () => {
	const {stderr} = await runProgram(['runs', 'show', 'nope'], {
		cwd: temporaryFolder(),
		env: {npm_lifecycle_event: 'start'},
	});
	expect(stderr).toContain('`npm start -- runs list` names them');
});

// Symptom: IMAGE_REPO and CPU of 10,000 letters were accepted, and failed late in somebody else's words. Cause: texts were
// judged by their letters only.
test.each(['IMAGE_REPO', 'CPU', 'CUSTOM_TAG', 'IMAGE_REGISTRY', 'DOCA_DEB_URL', 'CA_FILE', 'NO_PROXY', 'BFB_NAME'])(
	'%s of 10,000 letters is refused',
	async name => {
		const value = name === 'DOCA_DEB_URL' ? `http://x/${'a'.repeat(10_000)}` : 'a'.repeat(10_000);
		const {exitCode, stderr} = await runProgram(['info', '--json', `${name}=${value}`], {cwd: temporaryFolder()});
		expect(exitCode).toBe(2);
		expect(stderr.length).toBeLessThan(2000);
	},
);
