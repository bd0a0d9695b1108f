import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {readUserData} from '../../source/compatibility/user-data.ts';

const read = (text: string) => {
	const answer = readUserData(text);
	if ('problem' in answer) throw new Error(`line ${answer.line}: ${answer.problem}`);
	return answer;
};

describe('user-data is refused with its place', () => {
	test.each([
		['words instead of a header', 'just words\n\t: [\n', 1, 1],
		['no text at all', '', 1, 1],
		['a header that comes late', 'a: 1\n#cloud-config\n', 1, 1],
		['a name given twice', '#cloud-config\nstages: {}\nstages: {}\n', 3, 1],
		['a list that is not closed', '#cloud-config\na: [1, 2\nb: 3\n', 3, 1],
		['a tab as indentation', '#cloud-config\na:\n\tb: 1\n', 3, 1],
		['a list where keys belong', '#cloud-config\n- a\n', 2, 1],
		['a text where keys belong', '#cloud-config\nhello\n', 2, 1],
	])('%s', (_, text, line, column) => {
		expect(readUserData(text)).toEqual({problem: expect.stringMatching(/.{10}/), line, column});
	});

	test('an alias of nothing, and no text ever throws', () => {
		expect(readUserData('#cloud-config\na: *b\n')).toHaveProperty('problem');
		fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), text => void readUserData(`#cloud-config\n${text}`)));
	});
});

describe('user-data is taken as Kairos takes it', () => {
	test.each([
		['templates that are filled in at run time', '#cloud-config\nhostname: node-{{ trunc 4 .MachineID }}\n', 0],
		['three dashes below the header', '#cloud-config\n---\nstages: {}\n', 0],
		['lines that end as Windows has them', '#cloud-config\r\nstages: {}\r\n', 0],
		['nothing but the header', '#cloud-config\n', 0],
		// Kairos' validator takes these two, its hosts pass over them.
		['a remark after the header', '#cloud-config # of the lab\nstages: {}\n', 1],
		['a byte order mark', '\uFEFF#cloud-config\nstages: {}\n', 1],
		['a second document, which nobody reads', '#cloud-config\na: 1\n---\nb: 2\n', 1],
	])('%s', (_, text, remarks) => {
		expect(read(text).passedOver).toHaveLength(remarks);
	});
});

describe('who can administer the hosts', () => {
	const inStage = (user: string) => `#cloud-config\nstages:\n  initramfs:\n    - users: {op: ${user}}\n`;

	test.each([
		['somebody', 'a password and group admin', inStage('{passwd: word, groups: [admin]}')],
		['somebody', 'a key and group sudo', inStage('{groups: [sudo], ssh_authorized_keys: [ssh-ed25519 AAAA]}')],
		['somebody', 'groups as one text', '#cloud-config\nusers:\n- {name: a, groups: "admin, sudo", passwd: x}\n'],
		[
			'somebody',
			'users as cloud-init lists them',
			'#cloud-config\nusers:\n- default\n- {name: a, passwd: x, groups: [admin]}\n',
		],
		['somebody', 'a rule for sudo', '#cloud-config\nusers:\n- {name: a, passwd: x, sudo: "ALL=(ALL) NOPASSWD:ALL"}\n'],
		[
			'somebody',
			'keys in a step of their own',
			`${inStage('{groups: [admin]}')}    - authorized_keys: {op: [github:op]}\n`,
		],
		['somebody', 'a key of root', '#cloud-config\nstages:\n  boot:\n    - authorized_keys: {root: [github:op]}\n'],
		['somebody', 'users of Stylus', '#cloud-config\nstylus: {site: {users: [{name: a, passwd: x, groups: [sudo]}]}}\n'],
		['nobody', 'no user', '#cloud-config\nstages: {}\n'],
		['nobody', 'a password, but no group', inStage('{passwd: word}')],
		['nobody', 'a locked password and no key', inStage('{passwd: "!", groups: [admin]}')],
		['nobody', 'lock_passwd and no key', inStage('{passwd: word, lock_passwd: true, groups: [admin]}')],
		['nobody', 'sudo: false', '#cloud-config\nusers:\n- {name: a, passwd: x, sudo: false}\n'],
		['none wanted', 'install.nousers', '#cloud-config\ninstall: {nousers: true}\n'],
		[
			'somebody',
			'install.nousers beside a user',
			`${inStage('{passwd: word, groups: [admin]}')}install: {nousers: true}\n`,
		],
	])('%s: %s', (who, _, text) => {
		expect(read(text).administration).toBe(who);
	});
});

test('what the rules want to know is read, and no secret kept', () => {
	const facts = read(`#cloud-config
stylus: {site: {edgeHostToken: secret}}
install:
  grub_options: {extra_cmdline: "quiet amd_iommu=on", extra_active_cmdline: iommu=pt}
`);
	expect(facts).toMatchObject({
		hasToken: true,
		centralManagement: true,
		kernelArguments: 'quiet amd_iommu=on iommu=pt',
	});
	expect(JSON.stringify(facts)).not.toContain('secret');
});
