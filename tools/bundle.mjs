// source/ into dist/: cli.mjs, which only turns on Node's compile cache, and the rest in parts, so that each `import()`
// loads no more than it needs.
import {readdirSync, readFileSync, rmSync, statSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {build} from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
// The project's own: it runs this, and the program (tools/with-own-node).
const nodeMajor = Number.parseInt(process.versions.node, 10);

const {metafile} = await build({
	absWorkingDir: root,
	// A worker is a file of its own.
	entryPoints: ['source/cli.ts', 'source/downloads/hash-worker.ts'],
	outdir: 'dist',
	entryNames: '[name]',
	chunkNames: '[name]-[hash]',
	outExtension: {'.js': '.mjs'},
	bundle: true,
	splitting: true,
	platform: 'node',
	target: `node${nodeMajor}`,
	format: 'esm',
	jsx: 'automatic',
	minifySyntax: true,
	logLevel: 'warning',
	legalComments: 'none',
	metafile: true,
	define: {
		'process.env.NODE_ENV': '"production"',
		'process.env.DEV': '"false"',
		'process.env.OWN_NODE_MAJOR': `"${nodeMajor}"`,
	},
	plugins: [yogaWithoutFetch(), yamlWhenUsed()],
	// Only Ink's development mode asks for it.
	alias: {'react-devtools-core': './tools/empty-module.mjs'},
	// Some packages are CommonJS and ask for `require`.
	banner: {
		js: "import {createRequire as makeRequire} from 'node:module'; const require = makeRequire(import.meta.url);",
	},
});
refuseLateCommonJs();
removeOldParts();

/**
 * Ink's layout engine reads its own WebAssembly, which stands in its text, by `fetch`: that loads a whole HTTP client, a
 * sixth of the time to the first screen. Without a `fetch` it decodes the text itself.
 */
function yogaWithoutFetch() {
	return {
		name: 'yoga-without-fetch',
		setup(build) {
			build.onLoad({filter: /yoga-wasm-base64-esm\.js$/}, ({path}) => ({
				contents: `const fetch = undefined;\n${readFileSync(path, 'utf8')}`,
				loader: 'js',
			}));
		},
	};
}

/**
 * The modules of `yaml` run when the first of its functions is called: no YAML is read before the first screen, and running
 * them is a twentieth of the time to it.
 */
function yamlWhenUsed() {
	const names = Object.keys(createRequire(import.meta.url)('yaml'));
	const contents = `
		const whenUsed = name => new Proxy(function () {}, {
			apply: (_, self, given) => Reflect.apply(require('yaml')[name], self, given),
			construct: (_, given) => Reflect.construct(require('yaml')[name], given),
			get: (_, key) => require('yaml')[name][key],
		});
		${names.map(name => `export const ${name} = whenUsed('${name}');`).join('\n')}
	`;
	return {
		name: 'yaml-when-used',
		setup(build) {
			build.onResolve({filter: /^yaml$/}, ({kind}) =>
				kind === 'import-statement' ? {path: 'yaml', namespace: 'when-used'} : undefined,
			);
			build.onLoad({filter: /^yaml$/, namespace: 'when-used'}, () => ({contents, loader: 'js', resolveDir: root}));
		},
	};
}

/**
 * A part that is loaded by `import()` has only a default export where the package is CommonJS (esbuild with `splitting`),
 * but named ones in Node and in the tests: what works there would be undefined in the bundle.
 */
function refuseLateCommonJs() {
	for (const [path, {imports}] of Object.entries(metafile.inputs)) {
		const wrong = imports.find(
			({kind, path: to}) => kind === 'dynamic-import' && metafile.inputs[to]?.format === 'cjs',
		);
		if (wrong) throw new Error(`${path} loads the CommonJS file ${wrong.path} by import(); import it statically`);
	}
}

/** Parts of earlier bundles, after a day: a program that is running may still load its own. */
function removeOldParts() {
	const dayAgo = Date.now() - 24 * 60 * 60 * 1000;
	for (const name of readdirSync(dist)) {
		const path = join(dist, name);
		if (statSync(path).mtimeMs < dayAgo) rmSync(path);
	}
}
