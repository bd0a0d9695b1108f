import {mkdirSync, statSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {expect, test} from 'vitest';
import {canvosBuilder} from '../../../../source/builders/canvos/canvos-builder.ts';
import {ownFiles} from '../../../../source/builders/canvos/inputs/own-files.ts';
import {missingSigningKeys} from '../../../../source/builders/canvos/inputs/signing-keys.ts';
import {ensureCommit} from '../../../../source/builders/canvos/source/ensure-commit.ts';
import {canvosRun} from '../canvos-run.ts';
import {fakeCanvos} from '../fake-canvos.ts';

const keys = {
	'secure-boot/enrollment/db.auth': 'enrolled',
	'secure-boot/private-keys/db.key': 'geheim',
	'secure-boot/private-keys/tpm2-pcr-private.pem': 'geheim too',
	'secure-boot/public-keys/db.pem': 'certificate',
};
const put = (folder: string, files: Readonly<Record<string, string>> = keys) => {
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, path)), {recursive: true});
		writeFileSync(join(folder, path), text, {mode: 0o644});
	}
};
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

// IS_UKI=true built for minutes and then failed at COPY secure-boot/…, whatever lay in the workspace.
test('keys of the workspace are in the source tree, private ones for their owner only, and are told by number', async () => {
	const {c, tree, seen} = await canvosRun({isUki: true});
	put(c.workspace.root);
	await canvosBuilder.prepareSource(c);
	for (const [path, text] of Object.entries(keys)) expect(await c.host.files.readText(tree(path))).toBe(text);
	expect(modeOf(tree('secure-boot/private-keys/db.key'))).toBe('600');
	expect(modeOf(join(c.workspace.root, 'secure-boot/private-keys/db.key'))).toBe('644');
	expect(seen.notes).toContain(
		`4 signing keys and certificates are taken from ${join(c.workspace.root, 'secure-boot')}`,
	);
	const told = JSON.stringify([seen.notes, seen.logs, await canvosBuilder.imageInputs(c)]);
	expect(told).not.toContain('geheim');
	expect(told).toContain('secure-boot/private-keys/db.key');
});

test('without them the tree is refused before anything is built, and what is missing is named', async () => {
	const {c} = await canvosRun({isUki: true});
	put(c.workspace.root, {'secure-boot/private-keys/db.key': 'geheim', 'secure-boot/enrollment/db.auth': 'x'});
	await expect(canvosBuilder.prepareSource(c)).rejects.toMatchObject({
		code: 'secure-boot-missing',
		exit: 'usage',
		message: expect.stringMatching(/tpm2-pcr-private\.pem, secure-boot\/public-keys\/db\.pem is missing$/),
		hint: expect.stringContaining('+uki-genkey'),
	});
});

test('keys that no unified kernel image needs stay where they are', async () => {
	const {c} = await canvosRun();
	put(c.workspace.root);
	expect(await ownFiles(c)).toEqual([]);
});

test('keys may be under version control in a private clone', async () => {
	const canvos = await fakeCanvos();
	expect(await missingSigningKeys(canvos.c)).toBeUndefined();
	put(canvos.clone);
	canvos.commit('Keys');
	canvos.git('tag', '--force', 'v4.8.10');
	await ensureCommit(canvos.c);
	expect(await missingSigningKeys(canvos.c)).toEqual([]);
});
