// Makes a fresh clone ready and does nothing, quickly, when it is: packages as the lock file says, one bundle of source/.
// Runs on the machine's own Node (20 or newer), before the project's Node 24 is there, so it uses nothing but Node.
import {spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {existsSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const node24 = join(root, 'node_modules/.bin/node');

const read = path => (existsSync(path) ? readFileSync(path, 'utf8') : '');
const hash = text => createHash('sha256').update(text).digest('hex');

const run = (program, args, {what, hint}) => {
	console.error(`edge-builder: ${what}…`);
	// npm's own output goes to standard error: standard output belongs to the command that follows.
	const {status, error} = spawnSync(program, args, {cwd: root, stdio: ['ignore', 2, 2]});
	if (status === 0) return;
	console.error(`edge-builder: ${what} failed${error ? `: ${error.message}` : ''}.`);
	if (hint) console.error(hint);
	process.exit(status ?? 1);
};

const wantedPackages = hash(read(join(root, 'package-lock.json')));
const packagesStamp = join(root, 'node_modules/.edge-builder-packages');
if (read(packagesStamp) !== wantedPackages) {
	const npm = process.env.npm_execpath;
	// Not `npm ci`: it refuses where a registry lacks one of the packages for other platforms. The lock file is left as it is.
	const args = ['install', '--no-save', '--loglevel=error', '--no-audit', '--no-fund'];
	const doing = {
		what: 'Installing packages',
		hint: 'Check that the npm registry can be reached (npm ping), then run the same command again.',
	};
	if (npm) run(process.execPath, [npm, ...args], doing);
	else run('npm', args, doing);
	writeFileSync(packagesStamp, wantedPackages);
}

// Names, sizes and times tell a change well enough, and reading them costs milliseconds.
const listing = folder =>
	readdirSync(join(root, folder), {withFileTypes: true, recursive: true})
		.filter(entry => entry.isFile())
		.map(entry => {
			const path = join(entry.parentPath ?? entry.path, entry.name);
			const {size, mtimeMs} = statSync(path);
			return `${path} ${size} ${mtimeMs}`;
		})
		.sort();
const wantedBundle = hash([wantedPackages, read(join(root, 'tools/bundle.mjs')), ...listing('source')].join('\n'));
const bundleStamp = join(root, 'dist/.stamp');
if (read(bundleStamp) !== wantedBundle) {
	run(existsSync(node24) ? node24 : process.execPath, [join(root, 'tools/bundle.mjs')], {what: 'Bundling'});
	writeFileSync(bundleStamp, wantedBundle);
}
