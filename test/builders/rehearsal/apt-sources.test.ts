import fc from 'fast-check';
import {expect, test} from 'vitest';
import {readAptSources} from '../../../source/builders/rehearsal/apt-sources.ts';
import {parseDeb822, parseOneLine} from '../../../source/builders/rehearsal/sources-list.ts';
import {neededDistribution} from '../../../source/builders/rehearsal/supported-distributions.ts';
import {realFiles} from '../../../source/host/files.ts';
import {fakeHost} from '../../helpers/fake-host.ts';

const machineWith = (files: Record<string, string>, dump = '') =>
	fakeHost({
		files: {
			...realFiles,
			readText: async path => files[path],
			list: async folder =>
				Object.keys(files)
					.filter(path => path.startsWith(`${folder}/`))
					.map(path => path.slice(folder.length + 1)),
		},
		run: ({program}) => ({stdout: program === 'apt-config' ? dump : ''}),
	});

const read = (files: Record<string, string>, dump?: string) => {
	const host = machineWith(files, dump);
	return readAptSources(host, neededDistribution(host.machine.os));
};

const debian = `Types: deb deb-src
# a comment in between
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates bookworm-backports
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`;

test('a deb822 file keeps release, updates and main, with its mirror and key', async () => {
	expect(await read({'/etc/apt/sources.list.d/debian.sources': debian})).toMatchObject({
		text: [
			'Types: deb',
			'URIs: http://mirror.example/debian',
			'Suites: bookworm bookworm-updates',
			'Components: main',
			'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg',
			'',
		].join('\n'),
		keys: ['/usr/share/keyrings/debian-archive-keyring.gpg'],
	});
});

test('a one-line file is understood with its options; comments, sources and discs are no entries', async () => {
	const list = [
		'# deb http://old.example/debian bookworm main',
		'deb [arch=amd64 signed-by=/etc/apt/keyrings/mirror.gpg] https://mirror.example/debian bookworm-security main # ours',
		'deb-src https://mirror.example/debian bookworm main',
		'deb cdrom:[Debian 12]/ bookworm main',
	].join('\n');
	const {text, keys} = await read({'/etc/apt/sources.list': list});
	expect(text).toBe(
		[
			'Types: deb',
			'URIs: https://mirror.example/debian',
			'Suites: bookworm-security',
			'Components: main',
			'Architectures: amd64',
			'Signed-By: /etc/apt/keyrings/mirror.gpg',
			'',
		].join('\n'),
	);
	expect(keys).toEqual(['/etc/apt/keyrings/mirror.gpg']);
});

test('vendors, disabled entries and files with another ending are left out', async () => {
	const {text} = await read({
		'/etc/apt/sources.list.d/docker.list': 'deb https://download.docker.com/linux/debian bookworm stable',
		'/etc/apt/sources.list.d/pgdg.list': 'deb https://apt.postgresql.org/pub/repos/apt bookworm-pgdg main',
		'/etc/apt/sources.list.d/off.sources': `${debian}Enabled: no\n`,
		'/etc/apt/sources.list.d/debian.sources.save': debian,
	});
	expect(text).toBe('');
});

test('a key inside the file travels with its stanza', async () => {
	const key = 'Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQINBF\n -----END PGP PUBLIC KEY BLOCK-----\n';
	const {text, keys} = await read({'/etc/apt/sources.list.d/d.sources': debian.replace(/Signed-By.*\n/, key)});
	expect(text).toContain(' mQINBF\n');
	expect(keys).toEqual([]);
});

test('proxies and the settings for archives of a fixed date come from apt’s own configuration', async () => {
	const dump = [
		'Acquire::http::Proxy "http://proxy.example:3128";',
		'Acquire::https::Proxy "DIRECT";',
		'Acquire::Check-Valid-Until "false";',
		'APT::Install-Recommends "1";',
	].join('\n');
	expect(await read({}, dump)).toMatchObject({
		proxies: {http_proxy: 'http://proxy.example:3128'},
		options: ['Acquire::Check-Valid-Until=false'],
	});
	expect((await read({}, dump)).proxies).not.toHaveProperty('https_proxy');
});

test('no text makes the parsers throw, and stanzas survive being written and read again', () => {
	fc.assert(
		fc.property(fc.string({unit: 'binary'}), text => {
			parseOneLine(text);
			for (const stanza of parseDeb822(text)) {
				for (const name of stanza.keys()) expect(name).not.toMatch(/[\s:]/);
			}
		}),
	);
	const word = fc.stringMatching(/^[a-z][a-z0-9/.-]{0,12}$/);
	const stanza = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[A-Z][a-z]{1,8}$/), word), {
		minLength: 1,
		selector: ([name]) => name,
	});
	fc.assert(
		fc.property(fc.array(stanza), stanzas => {
			const text = stanzas.map(fields => fields.map(([name, value]) => `${name}: ${value}\n`).join('')).join('\n');
			expect(parseDeb822(text).map(parsed => [...parsed])).toEqual(stanzas);
		}),
	);
});

// A stock cloud image of Debian has nothing else, and the rehearsal refused it: "no archive of Debian".
test('mirror+file: of a cloud image is read for the addresses that it names', async () => {
	const {text} = await read({
		'/etc/apt/sources.list.d/debian.sources': debian.replace(
			'http://mirror.example/debian',
			'mirror+file:///etc/apt/mirrors/debian.list',
		),
		'/etc/apt/mirrors/debian.list':
			'# chosen by cloud-init\nhttps://far.example/debian\tpriority:1\nhttp://near.example/debian\n',
	});
	expect(text).toContain('URIs: https://far.example/debian http://near.example/debian\n');
	expect(text).toContain('Suites: bookworm bookworm-updates');
});

test.each(['no', 'No', 'false', '0', 'off'])('an entry with Enabled: %s is left out', async word => {
	const {text} = await read({'/etc/apt/sources.list.d/off.sources': `${debian}Enabled: ${word}\n`});
	expect(text).toBe('');
});

test.each([
	'mirror+http://mirrors.example/list',
	'mirror+https://mirrors.example/list',
	'mirror://mirrors.example/list',
])('a list of mirrors on the network stays: %s', async uri => {
	const {text} = await read({'/etc/apt/sources.list': `deb ${uri} bookworm main`});
	expect(text).toContain(`URIs: ${uri}\n`);
});
