import {execFileSync} from 'node:child_process';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {argEntries, argFile} from '../../source/settings/arg-file.ts';
import {fieldList} from '../../source/settings/fields.ts';
import {settingsOf} from './settings-of.ts';

const canvos = settingsOf('BUILDER=canvos', 'PE_VERSION=v4.8.10');

/** What bash has after `source`, read back through NUL-separated printf. */
const readByBash = (text: string, keys: readonly string[]) => {
	// Node gives children a socket for stdin, which bash cannot open by name.
	const script = `source <(cat); for key in "$@"; do printf "%s\\0" "\${!key-}"; done`;
	const values = execFileSync('bash', ['--norc', '-c', script, 'bash', ...keys], {
		input: text,
		env: {PATH: process.env.PATH},
	})
		.toString()
		.split('\0');
	return keys.map((key, index) => [key, values[index]]);
};

/** The rules of godotenv 1.5.1 for lines as we write them: single quotes literal, unquoted values end at ` #`, `$NAME` expands. */
const readByGodotenv = (text: string) =>
	text
		.split('\n')
		.filter(line => line.trim() !== '' && !line.startsWith('#'))
		.map(line => {
			const at = line.indexOf('=');
			const written = line.slice(at + 1).trim();
			if (written.startsWith("'")) return [line.slice(0, at), written.slice(1, written.indexOf("'", 1))];
			const unquoted = written.replace(/\s#.*$/, '').trim();
			if (/[$"\\]/.test(unquoted)) throw new Error(`godotenv would interpret ${unquoted}`);
			return [line.slice(0, at), unquoted];
		});

test('bash and godotenv read every value that the settings take as it was meant', () => {
	const taken = (key: string, wild: fc.Arbitrary<string>) => {
		const field = fieldList.find(one => one.key === key);
		return wild
			.map(text => ({field, parsed: field?.parse(text)}))
			.map(({parsed}) => (parsed && 'value' in parsed ? String(parsed.value) : ''));
	};
	const text = fc.oneof(fc.string({maxLength: 20}), fc.stringMatching(/^[A-Za-z0-9 ._\-/:@%+,=]{0,20}$/));
	const address = fc.stringMatching(/^http:\/\/[a-z0-9?&~#*!=%:@[\]./]{1,20}$/);
	fc.assert(
		fc.property(
			fc.record({
				httpProxy: taken('httpProxy', address),
				noProxy: taken('noProxy', text),
				cmdline: taken('cmdline', text),
				branding: taken('branding', text),
				clusterconfig: taken('clusterconfig', text),
				baseImage: taken('baseImage', text),
			}),
			some => {
				const settings = {...canvos, ...some};
				const expected = argEntries(settings).map(entry => [...entry]);
				const written = argFile(settings);
				expect(readByGodotenv(written)).toEqual(expected);
				expect(
					readByBash(
						written,
						expected.map(([key]) => key ?? ''),
					),
				).toEqual(expected);
			},
		),
		{numRuns: 60},
	);
});

test('only what has to be is quoted', () => {
	expect(argFile({...canvos, branding: 'Acme Edge'}).match(/'.*'/g)).toEqual(["'Acme Edge'"]);
});

test('a value that cannot be carried is refused', () => {
	expect(() => argFile({...canvos, branding: "Acme's"})).toThrow(/BRANDING/);
	expect(() => argFile({...canvos, customTag: 'a\nPATH=/tmp'})).toThrow(/CUSTOM_TAG/);
});

test('empty settings leave upstream its own, except proxies', () => {
	const written = argFile(canvos);
	expect(written).not.toMatch(/^(BASE_IMAGE|DRBD_VERSION|SPECTRO_PUB_REPO|KAIROS_BASE_IMAGE_URL)=/m);
	expect(written).toMatch(/^HTTP_PROXY=\nHTTPS_PROXY=\nNO_PROXY=\n/m);
});

test('names that would change the build script are never among the keys', () => {
	const keys = fieldList.flatMap(({arg}) => arg ?? []);
	for (const dangerous of [
		'PATH',
		'IFS',
		'BASH_ENV',
		'HOME',
		'EARTHLY_VERSION',
		'global_config',
		'ALPINE_IMG',
		'PROXY_CERT_PATH',
	]) {
		expect(keys).not.toContain(dangerous);
	}
});

test('no secret is written', () => {
	expect(argFile({...canvos, ubuntuProAttach: true, ubuntuProKey: 'C1234567'})).not.toContain('C1234567');
});
