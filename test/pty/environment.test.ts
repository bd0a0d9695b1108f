import {expect, test} from 'vitest';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const info = async (env: Record<string, string>, args: readonly string[] = []) => {
	const {exitCode, stdout, stderr} = await runProgram(['info', '--json', ...args], {cwd: temporaryFolder(), env});
	return {exitCode, ...JSON.parse(stdout), stderr};
};

// Symptom: a rehearsal ended with exit 2 on machines whose shell, CI or make exports these. Cause: every upper-case name of
// a setting was taken from the environment, whoever it was meant for, and only our own spelling of its value was known.
test.each([
	[{ARCH: 'x86_64'}, {arch: 'amd64'}],
	[{ARCH: 'aarch64', BUILDER: 'canvos', EDGE_APPLIANCE: 'no'}, {arch: 'arm64'}],
	[{MEMORY: '16G'}, {memory: 16_384}],
	[{MEMORY: '4096MiB'}, {memory: 4096}],
	[{BOOT_TIMEOUT: '10min'}, {bootTimeout: 600}],
	[{NO_PROXY: 'localhost .example.com, 10.0.0.0/8'}, {noProxy: 'localhost,.example.com,10.0.0.0/8'}],
])('the usual spelling %j is understood', async (env, settings) => {
	const told = await info(env);
	expect(told.complaints).toEqual([]);
	expect(told.warnings).toEqual([]);
	expect(told.settings).toMatchObject(settings);
	expect(told.exitCode).toBe(0);
});

test.each([
	[{RUNNER: 'self-hosted'}, {runner: 'managed'}],
	[{BUILDER: 'docker'}, {builder: 'rehearsal'}],
	[{ARCH: 'mips'}, {}],
	[{MEMORY: 'lots'}, {memory: 2048}],
	[{CORES: 'all'}, {cores: 2}],
	[{CPU: 'Intel(R) Xeon(R) CPU @ 2.20GHz'}, {cpu: 'host'}],
	[{HTTPS_PROXY: 'socks5h://127.0.0.1:1080'}, {httpsProxy: ''}],
	[{http_proxy: 'socks://127.0.0.1:1080'}, {httpProxy: ''}],
	[{NO_PROXY: '<local>'}, {noProxy: ''}],
])('%j of another program is passed over with a warning', async (env: Record<string, string>, settings) => {
	const [name = ''] = Object.keys(env);
	const told = await info(env);
	expect(told.complaints).toEqual([]);
	expect(told.warnings).toHaveLength(1);
	expect(told.warnings[0].place).toBe(`${name} in the environment`);
	expect(told.settings).toMatchObject(settings);
	expect(told.exitCode).toBe(0);
});

test('a processor architecture meant for a cross-compiler does not stop a rehearsal of this machine', async () => {
	const foreign = process.arch === 'arm64' ? 'amd64' : 'arm64';
	const told = await info({ARCH: foreign});
	expect(told.warnings[0].place).toBe('ARCH in the environment');
	expect(told.settings.arch).not.toBe(foreign);
	expect(told.exitCode).toBe(0);
});

test('a weaker layer counts where the environment is passed over', async () => {
	const told = await info({MEMORY: 'lots'}, ['--preset', 'rehearsal']);
	expect(told.exitCode).toBe(0);
});

test.each([
	['K8S_VERSION', '1.x'],
	['CUSTOM_TAG', 'Upper'],
	['CANVOS_REF', '-x'],
])('%s from the environment is ours, so a wrong one is refused', async (name, value) => {
	const told = await info({[name]: value});
	expect(told.complaints[0].place).toBe(`${name} in the environment`);
	expect(told.exitCode).toBe(2);
});

test.each(['RUNNER=self-hosted', 'MEMORY=lots', 'BUILDER=docker'])(
	'%s as an argument is ours, so it is refused',
	async word => {
		expect((await info({}, [word])).exitCode).toBe(2);
	},
);

test('the warning of what was passed over is said before a build', async () => {
	const {stderr, stdout, exitCode} = await runProgram(['build', '--preset', 'rehearsal', '--dry-run', '--plain'], {
		cwd: temporaryFolder(),
		env: {RUNNER: 'self-hosted', HTTP_PROXY: 'socks5://user:geheim@127.0.0.1:1080'},
	});
	expect(stderr).toContain('! RUNNER in the environment');
	expect(stderr).toContain('! HTTP_PROXY in the environment');
	expect(`${stdout}${stderr}`).not.toContain('geheim');
	expect(exitCode).toBe(0);
});
