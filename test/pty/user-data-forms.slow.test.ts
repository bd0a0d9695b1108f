import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const plan = async (userData: string, ...words: string[]) => {
	const cwd = temporaryFolder();
	writeFileSync(join(cwd, 'site.yaml'), userData);
	const args = ['build', '--dry-run', 'BUILDER=canvos', 'USER_DATA=site.yaml', ...words];
	const {exitCode, stdout, stderr} = await runProgram(args, {cwd});
	return {exitCode, printed: `${stdout}${stderr}`};
};

const inStage = (user: string) => `#cloud-config\nstages:\n  initramfs:\n    - users: {ops: ${user}}\n`;

// People with an administrator were told that nobody could log in: only passwords of users in stages were looked for.
describe('an administrator is found', () => {
	test.each([
		[
			'among users at the top',
			'#cloud-config\nusers:\n  - {name: kairos, passwd: kairos, groups: [sudo, admin]}\nstylus: {site: {edgeHostToken: word}}\n',
		],
		[
			'whose groups are one text',
			'#cloud-config\nusers:\n  - {name: a, groups: "admin,sudo", ssh_authorized_keys: [github:x]}\n',
		],
		['who has a key and sudo, but no password', inStage('{groups: [sudo], ssh_authorized_keys: [ssh-ed25519 AAAA]}')],
	])('%s', async (_, userData) => {
		const {exitCode, printed} = await plan(userData);
		expect(printed).not.toContain('[D32]');
		expect(exitCode).toBe(0);
	});

	test('or missed, unless the file wants no users', async () => {
		expect((await plan('#cloud-config\nstages: {}\n')).printed).toContain('defines no user who can log in');
		const {printed} = await plan('#cloud-config\ninstall: {nousers: true}\n', '--json');
		expect(printed).not.toContain('defines no user');
		expect(printed).toContain('wants no user (install.nousers)');
	});
});

// Kairos takes them, and we refused them.
test.each([
	[
		'a comment behind the header',
		'#cloud-config # lab\nstages: {}\n',
		'more than #cloud-config stands in its first line',
	],
	['a byte order mark', '\uFEFF#cloud-config\nstages: {}\n', 'a byte order mark stands before #cloud-config'],
	['dashes below the header', '#cloud-config\n---\nstages: {}\n', undefined],
	['a template', '#cloud-config\nhostname: kairos-{{ trunc 4 .MachineID }}\nstages: {}\n', undefined],
])('user-data with %s is taken, and what hosts make of it is said', async (_, userData, remark) => {
	const {exitCode, printed} = await plan(userData);
	expect(exitCode).toBe(0);
	if (remark === undefined) expect(printed).not.toContain('[S16]');
	else expect(printed).toContain(remark);
});

test.each([
	['no header', 'not cloud config\n\t: [broken\n', 'line 1, column 1'],
	['keys given twice', '#cloud-config\nstages: {}\nstages: {}\n', 'line 3, column 1'],
	['a list without an end', '#cloud-config\nstages:\n  - [broken\n', 'line 4, column 1'],
])('user-data with %s is refused, with line and column', async (_, userData, place) => {
	const {exitCode, printed} = await plan(userData);
	expect(printed).toContain(`site.yaml, ${place}: `);
	expect(exitCode).toBe(2);
});

test('user-data that has all that virtual functions need is not warned about', async () => {
	const userData = `#cloud-config
install:
  poweroff: true
  bind_mounts: [/etc/default, /etc/lldpd.d, /etc/modprobe.d, /etc/modules-load.d]
  grub_options: {extra_cmdline: "intel_iommu=on iommu=pt"}
stages:
  initramfs:
    - users: {edge: {groups: [admin], passwd: "!"}}
`;
	const {exitCode, printed} = await plan(userData, 'NUMVF_EW=8');
	expect(printed).not.toMatch(/\[D2[89]\]/);
	expect(exitCode).toBe(0);
});
