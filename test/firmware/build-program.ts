import {join, resolve} from 'node:path';
import {build} from 'esbuild';

/** Bundles the download program and its hashing thread into `folder`, as the product is bundled; returns its path. */
export const buildDownloadProgram = async (folder: string): Promise<string> => {
	const root = resolve(import.meta.dirname, '../..');
	await build({
		absWorkingDir: root,
		entryPoints: {program: 'test/firmware/download-program.ts', 'hash-worker': 'source/firmware/hash-worker.ts'},
		outdir: folder,
		outExtension: {'.js': '.mjs'},
		bundle: true,
		platform: 'node',
		target: 'node24',
		format: 'esm',
		logLevel: 'error',
		banner: {
			js: "import {createRequire as makeRequire} from 'node:module'; const require = makeRequire(import.meta.url);",
		},
	});
	return join(folder, 'program.mjs');
};
