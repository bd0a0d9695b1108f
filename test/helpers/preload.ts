import {writeFileSync} from 'node:fs';
import {join} from 'node:path';

/** Environment in which the program runs `code` (CommonJS) before itself, to meet a machine that can't be had otherwise. */
export const preloading = (folder: string, code: string): {NODE_OPTIONS: string} => {
	const file = join(folder, 'preload.cjs');
	writeFileSync(file, `${code}\nrequire('node:module').syncBuiltinESMExports();\n`);
	return {NODE_OPTIONS: `--require ${file}`};
};
