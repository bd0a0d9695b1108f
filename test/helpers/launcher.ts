import {execFileSync} from 'node:child_process';
import {chmodSync, existsSync} from 'node:fs';
import {join, relative, resolve} from 'node:path';
import {temporaryFolder} from './temporary-folder.ts';

const root = resolve(import.meta.dirname, '../..');

/** The command as it is installed: it runs dist/, as `npm start` builds it. */
export const launcher = resolve(root, 'tools/edge-builder');

// Otherwise a test would pass or fail by a program that source/ doesn't make any more.
const {bundleIsReady}: {bundleIsReady(): boolean} = await import(resolve(root, 'tools/readiness.mjs'));
if (!bundleIsReady()) throw new Error('dist/ is not what source/ makes now. Run: node tools/prepare.mjs');

/** The same, put where every user of the machine can start it: the checkout may stand in a folder of its owner's alone. */
export const launcherForEverybody = (): string => {
	const folder = temporaryFolder();
	chmodSync(folder, 0o755);
	const node = `node_modules/node-linux-${process.arch}`;
	const parts = ['dist', 'overlay', 'presets', 'tools', 'package.json', node].filter(part =>
		existsSync(join(root, part)),
	);
	execFileSync('cp', ['--recursive', '--parents', ...parts, folder], {cwd: root});
	return join(folder, relative(root, launcher));
};
