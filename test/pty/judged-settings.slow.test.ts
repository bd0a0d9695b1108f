import {existsSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {follow} from '../helpers/follow.ts';
import {toReview} from '../helpers/home-keys.ts';
import {startProgram} from '../helpers/program.ts';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

/** Runs the program in a workspace with these files; a number is a file of so many bytes, all holes. */
const run = async (
	args: readonly string[],
	{files = {}, env = {}}: {files?: Readonly<Record<string, string | number>>; env?: Record<string, string>} = {},
) => {
	const cwd = temporaryFolder();
	for (const [name, content] of Object.entries(files)) {
		writeFileSync(join(cwd, name), typeof content === 'string' ? content : '');
		if (typeof content === 'number') truncateSync(join(cwd, name), content);
	}
	const {exitCode, stdout, stderr} = await runProgram(args, {cwd, env: {DOCKER_CONFIG: cwd, ...env}});
	return {cwd, exitCode, printed: `${stdout}${stderr}`};
};

const plan = (...words: string[]) => ['build', '--dry-run', 'BUILDER=canvos', ...words];

const userData = `#cloud-config
install:
  bind_mounts: [/etc/default, /etc/lldpd.d, /etc/modprobe.d, /etc/modules-load.d]
  grub_options: {extra_cmdline: intel_iommu=on iommu=pt}
stylus: {site: {edgeHostToken: word}}
stages:
  initramfs:
    - users: {op: {groups: [admin], ssh_authorized_keys: [github:op]}}
`;

// The rules had no facts: nothing but tests ever told them of user-data, firmware files, logins, KVM or --push, so they
// were silent in the shipped program, and the one on IOMMU arguments warned although user-data had them.
describe('the plan of a build tells what the rules find on this machine', () => {
	test.each([
		['D08', plan('BFB_FILE=cut.bfb'), {'cut.bfb': 12_000_000}],
		['D24', [...plan('IMAGE_REGISTRY=ghcr.io/acme'), '--push'], {}],
		['D25', plan('MIN_DISK_GB=10000'), {}],
		['D29', plan('NUMVF_EW=8', 'USER_DATA=site.yaml'), {'site.yaml': userData.replace('iommu=pt', 'iommu=off')}],
		['D30', plan('USER_DATA=site.yaml'), {'site.yaml': userData}],
		['D32', plan('USER_DATA=site.yaml'), {'site.yaml': userData.replace('admin', 'dialout')}],
		['D38', plan(`ARCH=${process.arch === 'x64' ? 'arm64' : 'amd64'}`, 'EDGE_APPLIANCE=no'), {}],
		['S15', plan('USER_DATA=site.yaml'), {'site.yaml': `${userData}stages: {}\n`}],
		['S16', plan('USER_DATA=site.yaml'), {'site.yaml': `\uFEFF${userData}`}],
		['S17', plan('IS_UKI=true', 'EDGE_APPLIANCE=no'), {}],
	] as const)('%s', async (id, args, files) => {
		expect((await run(args, {files})).printed).toContain(`[${id}]`);
	});

	// Root was told to get access to /dev/kvm, where KVM had been tried and was dead.
	test('of KVM that cannot be used points to what knows the reason, and guesses none', async () => {
		const foreign = `ARCH=${process.arch === 'x64' ? 'arm64' : 'amd64'}`;
		const {printed} = await run(plan(foreign, 'EDGE_APPLIANCE=no'), {files: {}});
		expect(printed).toContain('KVM cannot be used');
		expect(printed).toContain('`edge-builder doctor` says what is wrong with KVM');
		expect(printed).not.toContain('/dev/kvm');
	});

	// They warned of what the image has by itself: folders that are kept, and the IOMMU.
	test('and wants neither bind mounts nor IOMMU arguments in user-data, as the image has them', async () => {
		const bare = userData.replace(/install:\n( {2}.*\n)+/, '');
		const {printed, exitCode} = await run(plan('NUMVF_EW=8', 'USER_DATA=site.yaml'), {files: {'site.yaml': bare}});
		expect(exitCode).toBe(0);
		for (const id of ['D28', 'D29']) expect(printed).not.toContain(`[${id}]`);
		expect((await run(plan('NUMVF_EW=8'), {files: {}})).printed).not.toContain('[D29]');
	});

	test('and is silent where nothing is wrong', async () => {
		const {printed, exitCode} = await run(
			[...plan('IMAGE_REGISTRY=ghcr.io/acme', 'NUMVF_EW=8', 'USER_DATA=site.yaml', 'BFB_FILE=whole.bfb'), '--push'],
			{
				files: {
					'site.yaml': userData,
					'whole.bfb': 200_000_000,
					'config.json': '{"auths": {"ghcr.io": {"auth": "bWU6d29yZA=="}}}',
				},
			},
		);
		expect(exitCode).toBe(0);
		for (const id of ['D08', 'D24', 'D28', 'D29', 'D32', 'S15', 'S16']) expect(printed).not.toContain(`[${id}]`);
	});

	test('and so does info', async () => {
		const {printed, exitCode} = await run(['info', 'BUILDER=canvos', 'USER_DATA=site.yaml'], {
			files: {'site.yaml': userData},
		});
		expect(printed).toContain('[D30]');
		expect(exitCode).toBe(0);
	});

	// The setting of the bundle was blamed for a host package that was cut.
	test.each([
		['docaDebFile (argument DOCA_DEB_FILE)', 'DOCA_DEB_FILE=doca-host_3.2.1-044000-25.10-ubuntu2404_amd64.deb'],
		['bfbFile (argument BFB_FILE)', 'BFB_FILE=cut.bfb'],
	])('a file that was cut is blamed on its own setting: %s', async (place, word) => {
		const name = word.replace(/.*=/, '');
		const whole = 'BFB_FILE=whole.bfb';
		const args = word.startsWith('BFB') ? [word] : [whole, word];
		const {printed} = await run(plan(...args), {files: {[name]: 12_000_000, 'whole.bfb': 200_000_000}});
		expect(printed).toContain(`${place}: ${name} has only 12.0 MB`);
	});

	// `build --dry-run` printed steps only: what the build itself would have warned of was not to be seen.
	test('as JSON, too', async () => {
		const {printed} = await run([...plan(), '--json']);
		expect(JSON.parse(printed).findings).toContainEqual(expect.objectContaining({id: 'D23', severity: 'warning'}));
	});
});

// Broken user-data came to light when CanvOS looked at it, after gigabytes of downloads; a rehearsal never looked at all.
test.each(['canvos', 'rehearsal'])(
	'broken user-data is refused before anything is downloaded, with its place: %s',
	async builder => {
		const files = {'site.yaml': '#cloud-config\nstages: {}\nstages: {}\n'};
		const {cwd, exitCode, printed} = await run(['build', '--yes', `BUILDER=${builder}`, 'USER_DATA=site.yaml'], {
			files,
		});
		expect(printed).toContain('site.yaml, line 3, column 1: ');
		expect(exitCode).toBe(2);
		expect(existsSync(join(cwd, 'redist'))).toBe(false);
	},
);

// Only the plain lines told them; a run on screens hid them, and no record had them.
test('a run keeps its warnings in its record', async () => {
	const cwd = temporaryFolder();
	writeFileSync(join(cwd, 'site.yaml'), userData);
	await runProgram(['smoke-test', '--plain', 'USER_DATA=site.yaml'], {cwd, timeoutMs: 60_000});
	const {stdout} = await runProgram(['runs', 'replay', 'last'], {cwd});
	expect(stdout).toContain('! the ISO will contain the registration token [D30]');
});

test('a distribution that CanvOS has only beyond its releases is refused with the reason', async () => {
	const {exitCode, printed} = await run(['build', 'BUILDER=canvos', 'OS_DISTRIBUTION=hadron']);
	expect(printed).toContain('only main and the candidates from v4.10.0-rc.2 on know Hadron');
	expect(exitCode).toBe(2);
});

// They went on with the defaults in place of what couldn't be read, and said nothing: exit 0.
test.each([
	['doctor', ['doctor', '--builder', 'foo']],
	['clean', ['clean', '--builder', 'foo']],
	['setup', ['setup', '--diff', '--builder', 'foo']],
	['download', ['download', '--from-bundle', 'x.tar', '--builder', 'foo']],
	['build', ['build', '--dry-run', '--builder', 'foo']],
	['info', ['info', '--builder', 'foo']],
	['verify', ['verify', '--builder', 'foo']],
	['smoke-test', ['smoke-test', '--builder', 'foo']],
	['presets save', ['presets', 'save', 'mine', '--builder', 'foo']],
])('%s does not pass over settings that cannot be read', async (_, args) => {
	const {exitCode, printed} = await run(args);
	expect(printed).toContain('--builder: "foo"');
	expect(exitCode).toBe(2);
});

test('nor does the console, which needs a terminal', async () => {
	const program = startProgram(['console', '--builder', 'foo'], {cwd: temporaryFolder(), columns: 100});
	expect(await program.exitCode()).toBe(2);
	expect(program.screen()).toContain('--builder: "foo"');
});

test('doctor tells what does not fit together in the settings, and does not end with 0', async () => {
	const {exitCode, printed} = await run(['doctor', 'BUILDER=canvos', 'UPDATE_KERNEL=true']);
	expect(printed).toContain('[D05]');
	expect([2, 3]).toContain(exitCode);
});

// The wizard never read the file: its review said "Build now" over user-data that no host can read.
test('the review of the wizard names what is wrong in user-data, and looks anew when it is reached again', async () => {
	const cwd = temporaryFolder();
	const file = join(cwd, 'site.yaml');
	writeFileSync(file, '#cloud-config\na: 1\na: 2\n');
	const program = startProgram([], {cwd, columns: 110, rows: 50, env: {USER_DATA: file}});
	await toReview(program);
	// What cannot be built leads to why.
	await follow(program, [[], /✖ User-data/], ['enter', 'site.yaml, line 3, column 1: Map keys must be unique']);
	writeFileSync(file, '#cloud-config\na: 1\n');
	await follow(program, ['1', 'What do you want to make?'], ['enter', /Build this(?![\s\S]*column 1)/]);
});
