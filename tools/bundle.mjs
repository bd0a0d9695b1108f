// source/ into dist/: a few kilobytes that turn on Node's compile cache, and everything else in one file.
import {mkdirSync, rmSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const common = {
	absWorkingDir: root,
	platform: 'node',
	target: 'node24',
	format: 'esm',
	jsx: 'automatic',
	logLevel: 'warning',
	legalComments: 'none',
	define: {'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"'},
	// Some packages are CommonJS and ask for `require`.
	banner: {
		js: "import {createRequire as makeRequire} from 'node:module'; const require = makeRequire(import.meta.url);",
	},
};

rmSync(join(root, 'dist'), {recursive: true, force: true});
mkdirSync(join(root, 'dist'));
await Promise.all([
	build({
		...common,
		entryPoints: ['source/cli.ts'],
		outfile: 'dist/cli.mjs',
		bundle: true,
		external: ['./main.ts', './main.mjs'],
		plugins: [besideTheBundle()],
	}),
	// A worker is a file of its own.
	build({...common, entryPoints: ['source/firmware/hash-worker.ts'], outfile: 'dist/hash-worker.mjs', bundle: true}),
	build({
		...common,
		entryPoints: ['source/main.ts'],
		outfile: 'dist/main.mjs',
		bundle: true,
		minifySyntax: true,
		// Only Ink's development mode asks for it.
		alias: {'react-devtools-core': './tools/nothing.mjs'},
	}),
]);

function besideTheBundle() {
	return {
		name: 'beside-the-bundle',
		setup: ({onResolve}) => onResolve({filter: /\/main\.ts$/}, () => ({path: './main.mjs', external: true})),
	};
}
