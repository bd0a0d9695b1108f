// Packages as the lock file says and one bundle of source/; does nothing, quickly, when both are there. Starts at the same
// time in one clone take turns.
import {spawnSync} from 'node:child_process';
import {accessSync, constants, existsSync, mkdirSync, rmSync} from 'node:fs';
import {basename, dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {
	beginBundle,
	beginPackages,
	bundleIsReady,
	endBundle,
	endPackages,
	missingPackages,
	ownNode,
	packagesAreHalfInstalled,
	packagesAreReady,
	pinnedNode,
	root,
} from './readiness.mjs';

const notReady = 3;
const turnIsTaken = 75;
const withTurn = '--with-turn';

if (!packagesAreReady() || !bundleIsReady()) {
	refuseWhatCannotBe();
	if (process.argv[2] === withTurn) setUp();
	else takeTurn();
}

function refuseWhatCannotBe() {
	if (process.platform !== 'linux' || !pinnedNode) {
		give(
			`it runs on Linux with an x86-64 or 64-bit ARM processor, and this is ${process.platform} on ${process.arch}.`,
		);
	}
	for (const folder of [root, join(root, 'node_modules'), join(root, 'dist')]) {
		if (!existsSync(folder)) continue;
		try {
			accessSync(folder, constants.W_OK);
		} catch (error) {
			give(
				`it is not set up yet, and ${folder} can't be written (${error.code}). Run the same command once as somebody who may write there, or clone it into a folder of your own.`,
			);
		}
	}
}

// The lock is on the folder itself and lasts as long as what flock started, so that nothing is left by a killed one.
function takeTurn() {
	const again = [root, process.execPath, fileURLToPath(import.meta.url), withTurn];
	const first = spawnSync('flock', ['-n', '-E', String(turnIsTaken), ...again], {stdio: 'inherit'});
	if (first.error) return setUp();
	if (first.status !== turnIsTaken) process.exit(first.status ?? 1);
	console.error('edge-builder: waiting for another start that sets it up…');
	process.exit(spawnSync('flock', again, {stdio: 'inherit'}).status ?? 1);
}

function setUp() {
	if (!packagesAreReady()) installPackages();
	if (bundleIsReady()) return;
	beginBundle();
	const {status} = run(ownNode, [join(root, 'tools/bundle.mjs')], 'Bundling');
	if (status !== 0) process.exit(status ?? 1);
	endBundle();
}

function installPackages() {
	const folder = join(root, 'node_modules');
	if (packagesAreHalfInstalled()) rmSync(folder, {recursive: true, force: true});
	mkdirSync(folder, {recursive: true});
	beginPackages();
	// Not `npm ci`: it refuses where a registry lacks one of the packages for other platforms. What the environment or an
	// npmrc leaves out is taken all the same; no script of a package is run, none is needed.
	const args = ['install', '--no-save', '--package-lock', '--include=dev', '--include=optional', '--ignore-scripts'];
	const quietly = ['--engine-strict=false', '--loglevel=error', '--no-audit', '--no-fund', '--no-update-notifier'];
	const [program, ...first] = npm();
	const {status} = run(program, [...first, ...args, ...quietly, ...cacheOption()], 'Installing packages');
	if (status !== 0) {
		if (status !== null) endPackages(false);
		console.error('Check that the npm registry can be reached (npm ping), then run the same command again.');
		process.exit(status ?? 1);
	}
	const missing = missingPackages();
	if (missing.length > 0) {
		give(`npm left out ${missing.join(', ')}. Check that the npm registry has it, then run the same command again.`);
	}
	const {stdout, error} = spawnSync(ownNode, ['--version'], {encoding: 'utf8'});
	if (stdout?.trim() !== `v${pinnedNode}`) {
		give(`its own Node ${pinnedNode} does not run here (${error?.code ?? 'it needs glibc'}).`);
	}
	endPackages(true);
}

/** The npm that runs us, or the one of the PATH where another package manager does. */
function npm() {
	const {npm_execpath: path} = process.env;
	return path && basename(path) === 'npm-cli.js' ? [process.execPath, path] : ['npm'];
}

/** npm can't do without its cache, which is in the home: one of our own where there is none that may be written. */
function cacheOption() {
	const {npm_config_cache: asked, HOME = '/'} = process.env;
	let folder = asked ?? join(HOME, '.npm');
	while (!existsSync(folder)) folder = dirname(folder);
	try {
		accessSync(folder, constants.W_OK);
		return [];
	} catch {
		return [`--cache=${join(root, 'node_modules/.cache/npm')}`];
	}
}

function run(program, args, what) {
	console.error(`edge-builder: ${what}…`);
	// Standard output belongs to the command that follows.
	const result = spawnSync(program, args, {cwd: root, stdio: ['ignore', 2, 2]});
	if (result.status !== 0)
		console.error(`edge-builder: ${what} failed${result.error ? `: ${result.error.message}` : ''}.`);
	return result;
}

function give(problem) {
	console.error(`edge-builder: ${problem}`);
	process.exit(notReady);
}
