// source/ into dist/: cli.mjs, which only turns on Node's compile cache, and the rest in parts, so that each `import()`
// loads no more than it needs.
import {readdirSync, rmSync, statSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');

await build({
	absWorkingDir: root,
	// A worker is a file of its own.
	entryPoints: ['source/cli.ts', 'source/firmware/hash-worker.ts'],
	outdir: 'dist',
	entryNames: '[name]',
	chunkNames: '[name]-[hash]',
	outExtension: {'.js': '.mjs'},
	bundle: true,
	splitting: true,
	platform: 'node',
	target: 'node24',
	format: 'esm',
	jsx: 'automatic',
	minifySyntax: true,
	logLevel: 'warning',
	legalComments: 'none',
	define: {'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"'},
	// Only Ink's development mode asks for it.
	alias: {'react-devtools-core': './tools/nothing.mjs'},
	// Some packages are CommonJS and ask for `require`.
	banner: {
		js: "import {createRequire as makeRequire} from 'node:module'; const require = makeRequire(import.meta.url);",
	},
});
removeOldParts();

/** Parts of earlier bundles, after a day: a program that is running may still load its own. */
function removeOldParts() {
	const dayAgo = Date.now() - 24 * 60 * 60 * 1000;
	for (const name of readdirSync(dist)) {
		const path = join(dist, name);
		if (statSync(path).mtimeMs < dayAgo) rmSync(path);
	}
}
