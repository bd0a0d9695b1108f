import {chmodSync, existsSync, mkdirSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {execa, execaSync} from 'execa';
import {expect, test} from 'vitest';
import {fakeCanvos} from '../builders/canvos/fake-canvos.ts';
import {sha256Of} from '../downloads/attempt.ts';
import {bfbName} from '../firmware/context.ts';
import {launcherForEverybody} from '../helpers/launcher.ts';
import {cleanEnvironment} from '../helpers/program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const nobody = 65_534;

// A file of another owner that everybody may write can be linked, but not be made read-only: "This is our bug: EPERM", and
// the link stayed in the tree, through which the build could have changed the file.
test.runIf(process.getuid?.() === 0)('firmware of another owner is staged as a copy', async () => {
	const {root, clone, c} = await fakeCanvos();
	const {root: cwd, state} = c.workspace;
	const folder = temporaryFolder();
	chmodSync(folder, 0o755);
	const deb = 'doca-host_3.2.1-044000-25.10-ubuntu2404_amd64.deb';
	// All holes: as large as the real ones, or the rules would refuse them.
	const bytes = Buffer.alloc(120_000_000);
	for (const name of [bfbName, deb]) {
		writeFileSync(join(folder, name), bytes);
		chmodSync(join(folder, name), 0o666);
	}
	mkdirSync(join(cwd, 'home'));
	execaSync('chown', ['-R', `${nobody}:${nobody}`, root]);
	const words = [
		...['setup', 'BUILDER=canvos', `CANVOS_SOURCE=${clone}`, 'CANVOS_REF=v4.8.10'],
		...[`BFB_FILE=${join(folder, bfbName)}`, `BFB_SHA256=${sha256Of(bytes)}`],
		...[`DOCA_DEB_FILE=${join(folder, deb)}`, `DOCA_DEB_SHA256=${sha256Of(bytes)}`],
	];
	const asNobody = ['--reuid', String(nobody), '--regid', String(nobody), '--clear-groups', launcherForEverybody()];
	const {stdout, stderr, exitCode} = await execa('setpriv', [...asNobody, ...words], {
		cwd,
		env: {...cleanEnvironment(), HOME: join(cwd, 'home')},
		extendEnv: false,
		reject: false,
		stdin: 'ignore',
	});
	expect(`${stdout}${stderr}`).not.toContain('our bug');
	expect(exitCode, `${stdout}${stderr}`).toBe(0);
	const id = /Run (\S+) took/.exec(stdout)?.[1] ?? '';
	const {stdout: staged} = await execa('find', [join(state, 'temporary', id, 'tree'), '-name', bfbName]);
	expect(existsSync(staged)).toBe(true);
	expect(statSync(staged)).toMatchObject({uid: nobody, nlink: 1});
	expect(statSync(join(folder, bfbName))).toMatchObject({uid: 0, nlink: 1, mode: 0o100666});
});
