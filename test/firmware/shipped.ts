import {existsSync, mkdirSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {runProgram} from '../helpers/run-program.ts';
import {bfbName} from './context.ts';

export const bfbPath = (root: string): string => join(root, 'redist', bfbName);

/** Arguments of `edge-builder download` for the bundle alone, in a workspace of its own. */
export const downloadArgs = (root: string, settings: Readonly<Record<string, string>>, flags: readonly string[]) => [
	'download',
	'--only',
	'bfb',
	...flags,
	'--workspace',
	root,
	'BUILDER=canvos',
	`BFB_NAME=${bfbName}`,
	...Object.entries(settings).map(([name, value]) => `${name}=${value}`),
];

// NVIDIA's server is the last source of each file; no test asks it.
export const noInternet = {HTTPS_PROXY: 'http://127.0.0.1:1'};

export type Shipped = {
	exitCode: number;
	/** All that was printed. */
	printed: string;
	/** Content under the final name. */
	file?: Buffer;
	/** Names in `redist/`. */
	left: string[];
};

/** Downloads the bundle by the program as it ships, without a terminal, and tells everything about it. */
export const download = async (
	root: string,
	settings: Readonly<Record<string, string>>,
	{
		flags = ['--yes'],
		env,
		timeoutMs = 120_000,
	}: {flags?: readonly string[]; env?: Record<string, string>; timeoutMs?: number} = {},
): Promise<Shipped> => {
	mkdirSync(root, {recursive: true});
	const {exitCode, stdout, stderr} = await runProgram(downloadArgs(root, settings, flags), {
		cwd: root,
		env: {...noInternet, ...env},
		timeoutMs,
	});
	return {exitCode, printed: `${stdout}${stderr}`, ...whatLies(root)};
};

export const whatLies = (root: string): Pick<Shipped, 'file' | 'left'> => ({
	...(existsSync(bfbPath(root)) && {file: readFileSync(bfbPath(root))}),
	left: existsSync(join(root, 'redist')) ? readdirSync(join(root, 'redist')).sort() : [],
});
