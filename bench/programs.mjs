// The programs that are compared, as command lines, and the same bare environment for all of them.
import {join, resolve} from 'node:path';

export const root = resolve(import.meta.dirname, '..');

const {execPath: node} = process;
export const commands = {
	ours: words => [node, join(root, 'dist/cli.mjs'), ...words],
	inkHello: [node, join(root, 'bench/ink-hello.mjs')],
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
