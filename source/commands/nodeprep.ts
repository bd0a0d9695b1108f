import {resolve} from 'node:path';
import type {Invocation} from '../app/invocation.ts';
import {readNodeprep} from '../builders/overlay-files.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {fileToWrite} from '../host/output-path.ts';

/** `edge-builder nodeprep`: the script that images have, as one file. */
export async function nodeprep(invocation: Invocation, {output: named}: {output?: string}): Promise<ExitCode> {
	const {host, print, printJson, output, stdout} = invocation;
	const script = await readNodeprep(host);
	if (named !== undefined) {
		const file = await fileToWrite(host.files, resolve(named), 'output-place');
		await host.files.write(file, script, {mode: 0o755});
		if (output === 'json') printJson({file});
		else print(`nodeprep is in ${file}\n`);
	} else if (output === 'json') printJson({script});
	else if (stdout.isTTY) print(script);
	// A script in a file has to stay what it is, byte for byte.
	else stdout.write(script);
	return exitCodes.done;
}
