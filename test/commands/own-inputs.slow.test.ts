import {execFileSync} from 'node:child_process';
import {mkdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {expect, test} from 'vitest';
import {fakeCanvos, stateOf} from '../builders/canvos/fake-canvos.ts';
import {runProgram} from '../helpers/run-program.ts';

const put = (folder: string, files: Readonly<Record<string, string>>) => {
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, path)), {recursive: true});
		writeFileSync(join(folder, path), text);
	}
};
const keys = {
	'secure-boot/enrollment/db.auth': 'enrolled',
	'secure-boot/private-keys/db.key': 'geheim',
	'secure-boot/private-keys/tpm2-pcr-private.pem': 'geheim',
	'secure-boot/public-keys/db.pem': 'certificate',
};

/** `edge-builder` with a clone of CanvOS: what it printed, and where a kept tree is. */
const place = async () => {
	const canvos = await fakeCanvos();
	const {root: cwd, state} = canvos.c.workspace;
	const run = async (...args: string[]) => {
		const all = [...args, 'BUILDER=canvos', 'EDGE_APPLIANCE=false', `CANVOS_SOURCE=${canvos.clone}`];
		const {exitCode, stdout, stderr} = await runProgram(all, {cwd});
		const id = /Run (\S+) took/.exec(stdout)?.[1] ?? '';
		return {
			exitCode,
			printed: `${stdout}${stderr}`,
			tree: (path: string) => join(state, 'temporary', id, 'tree', path),
		};
	};
	return {canvos, cwd, run};
};

test('what lies in workspace and clone reaches the source tree, is told, and no secret is written down', async () => {
	const {canvos, cwd, run} = await place();
	put(cwd, {...keys, 'content-a/core.zst': 'images', 'spectro-luet-auth.yaml': 'password: geheim\n'});
	canvos.write('overlay/files/etc/motd', 'ours\n');
	canvos.write('overlay/files/etc/new', 'new\n');
	const before = stateOf(canvos);
	const {exitCode, printed, tree} = await run('setup', 'IS_UKI=true');
	expect(exitCode, printed).toBe(0);
	expect(printed).toContain('2 changed files of');
	expect(printed).toContain('content-a/core.zst (6 B) is taken from');
	expect(printed).toContain('4 signing keys and certificates are taken from');
	expect(readFileSync(tree('overlay/files/etc/motd'), 'utf8')).toBe('ours\n');
	expect(readFileSync(tree('overlay/files/etc/new'), 'utf8')).toBe('new\n');
	for (const secret of ['secure-boot/private-keys/db.key', 'spectro-luet-auth.yaml'])
		expect(statSync(tree(secret)).mode & 0o777, secret).toBe(0o600);
	expect(printed).not.toContain('geheim');
	const grep = () => execFileSync('grep', ['-rl', 'geheim', join(cwd, 'build/runs')], {encoding: 'utf8'});
	expect(grep).toThrow();
	expect(stateOf(canvos)).toBe(before);
});

test('a unified kernel image without keys is refused before anything is done, with what is missing', async () => {
	const {cwd, run} = await place();
	const fetched = await run('setup');
	expect(fetched.exitCode, fetched.printed).toBe(0);
	put(cwd, {'secure-boot/private-keys/db.key': 'geheim'});
	const {exitCode, printed} = await run('build', 'IS_UKI=true');
	expect(exitCode).toBe(2);
	expect(printed).toContain('secure-boot/private-keys/tpm2-pcr-private.pem, secure-boot/public-keys/db.pem');
	expect(printed).toContain('+uki-genkey');
});

test('of a clone that has another commit checked out, doctor says that its changes are not built', async () => {
	const {canvos, run} = await place();
	canvos.commit('Second', {peVersion: 'v4.9.0'});
	canvos.write('overlay/files/etc/motd', 'ours\n');
	const {printed} = await run('doctor');
	expect(printed).toMatch(
		/! Local changes of CanvOS: 1 changed file of .* is not built: CANVOS_REF=v4\.8\.10 is another commit than main/,
	);
	expect(printed).toContain('Set CANVOS_REF=main to build what lies there');
	expect((await run('doctor', 'CANVOS_REF=main')).printed).toContain('is built as it lies there');
});
