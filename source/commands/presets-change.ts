import type {Invocation} from '../app/invocation.ts';
import {duplicatePreset, renamePreset} from '../app/preset-copies.ts';
import {restorePreset} from '../app/preset-deletion.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';

/** `edge-builder presets rename NAME TO` */
export async function presetsRename(invocation: Invocation, name: string, to: string): Promise<ExitCode> {
	return tellPlace(invocation, 'Renamed', to, await renamePreset(invocation, name, to));
}

/** `edge-builder presets duplicate NAME COPY` */
export async function presetsDuplicate(
	invocation: Invocation,
	name: string,
	copy: string,
	{forMe}: {forMe?: boolean},
): Promise<ExitCode> {
	return tellPlace(invocation, 'Saved', copy, await duplicatePreset(invocation, name, copy, {forMe}));
}

/** `edge-builder presets restore NAME`: the one that was deleted last under that name. */
export async function presetsRestore(invocation: Invocation, name: string): Promise<ExitCode> {
	return tellPlace(invocation, 'Restored', name, await restorePreset(invocation, name));
}

function tellPlace({output, printJson, tell}: Invocation, what: string, name: string, path: string): ExitCode {
	if (output === 'json') printJson({name, path});
	tell(`${what}: ${path}\n`);
	return exitCodes.done;
}
