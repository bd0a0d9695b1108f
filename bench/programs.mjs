// The programs that are compared, as command lines, and the same bare environment for all of them.
import {writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {build} from 'esbuild';

export const root = resolve(import.meta.dirname, '..');

const {execPath: node} = process;
export const commands = {
	ours: words => [node, join(root, 'dist/cli.mjs'), ...words],
	inkHello: [node, join(root, 'bench/ink-hello.mjs')],
	inkEcho: [node, join(root, 'bench/ink-echo.mjs')],
	prepare: [node, join(root, 'tools/prepare.mjs')],
	bareNode: [node, '-e', '0'],
};

/** `cache` is a folder for compiled code, so that the person's own is neither used nor filled. */
export const environment = (cache, added = {}) => ({
	PATH: process.env.PATH,
	HOME: process.env.HOME,
	LANG: 'C.UTF-8',
	TERM: 'xterm-256color',
	XDG_CACHE_HOME: cache,
	...added,
});

/** The Ink hello made as our own bundle is: for production, in one file, with Node's cache for compiled code. */
export async function bundledHello(folder) {
	const bundle = join(folder, 'hello.mjs');
	await build({
		entryPoints: [join(root, 'bench/ink-hello.mjs')],
		outfile: bundle,
		bundle: true,
		platform: 'node',
		target: `node${Number.parseInt(process.versions.node, 10)}`,
		format: 'esm',
		minifySyntax: true,
		legalComments: 'none',
		define: {'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"'},
		alias: {'react-devtools-core': join(root, 'tools/empty-module.mjs')},
		banner: {
			js: "import {createRequire as makeRequire} from 'node:module'; const require = makeRequire(import.meta.url);",
		},
	});
	const entry = join(folder, 'hello-entry.mjs');
	const cache = join(folder, 'hello-cache');
	writeFileSync(
		entry,
		`import module from 'node:module';\nmodule.enableCompileCache(${JSON.stringify(cache)});\nawait import('./hello.mjs');\n`,
	);
	return [node, entry];
}
