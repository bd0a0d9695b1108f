// Whether packages and bundle are what the tree asks for, told by stamps that hold for what is on the disk now and not only
// for what once was put there. Cheap enough for every start; runs on any Node that set-up runs on.
import {createHash} from 'node:crypto';
import {existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const manifest = JSON.parse(read('package.json'));
const nodePackage = `node-linux-${process.arch}`;
/** The Node that the project brings, as package.json pins it; undefined where there is none for this processor. */
export const pinnedNode = manifest.optionalDependencies[nodePackage];
/** The program itself: npm 9 makes no link to it. */
export const ownNode = join(root, 'node_modules', nodePackage, 'bin/node');

const packagesStamp = 'node_modules/.edge-builder-packages';
const installing = 'node_modules/.edge-builder-installing';
const bundleStamp = 'dist/.stamp';

/** Whether the packages of the lock file are there, those for development and the own Node included. */
export function packagesAreReady() {
	return read(packagesStamp) === packagesNow() && missingPackages().length === 0;
}

/** The packages named in package.json that are not there. */
export function missingPackages() {
	const {dependencies, devDependencies} = manifest;
	const wanted = [...Object.keys(dependencies), ...Object.keys(devDependencies), nodePackage];
	const missing = wanted.filter(name => !existsSync(join(root, 'node_modules', name, 'package.json')));
	return missing.length === 0 && !existsSync(ownNode) ? [nodePackage] : missing;
}

/**
 * Whether an installation was cut off: npm takes a folder for the whole package, so that it would never be completed.
 * npm writes its hidden lock file at the end.
 */
export function packagesAreHalfInstalled() {
	if (existsSync(join(root, installing))) return true;
	const folder = join(root, 'node_modules');
	return existsSync(folder) && readdirSync(folder).length > 0 && !existsSync(join(folder, '.package-lock.json'));
}

export function beginPackages() {
	rmSync(join(root, packagesStamp), {force: true});
	writeFileSync(join(root, installing), '');
}

/** @param {boolean} complete false when npm failed in good order and has put back what was there. */
export function endPackages(complete) {
	rmSync(join(root, installing), {force: true});
	if (complete) writeFileSync(join(root, packagesStamp), packagesNow());
}

/** Whether dist/ is complete and was made of source/ as it is now. */
export function bundleIsReady() {
	return read(bundleStamp) === bundleNow();
}

export function beginBundle() {
	rmSync(join(root, bundleStamp), {force: true});
}

export function endBundle() {
	writeFileSync(join(root, bundleStamp), bundleNow());
}

// npm writes its hidden lock file whenever it changes the packages: `npm prune --omit=dev` voids the stamp by that.
function packagesNow() {
	return hash([read('package-lock.json'), read('node_modules/.package-lock.json')]);
}

// Names, sizes and times tell a change well enough, and reading them costs milliseconds.
function bundleNow() {
	return hash([read('package-lock.json'), read('tools/bundle.mjs'), ...listing('source'), ...listing('dist')]);
}

function listing(folder) {
	if (!existsSync(join(root, folder))) return [];
	return readdirSync(join(root, folder), {withFileTypes: true})
		.flatMap(entry => {
			const path = join(folder, entry.name);
			if (entry.isDirectory()) return listing(path);
			if (path === bundleStamp) return [];
			const {size, mtimeMs} = statSync(join(root, path));
			return [`${path} ${size} ${mtimeMs}`];
		})
		.sort();
}

function read(path) {
	return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : '';
}

function hash(parts) {
	return createHash('sha256').update(parts.join('\n')).digest('hex');
}
