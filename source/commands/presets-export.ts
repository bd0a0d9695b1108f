import {resolve} from 'node:path';
import {ask} from '../app/ask-person.ts';
import type {Invocation} from '../app/invocation.ts';
import {judgePreset} from '../app/load-settings.ts';
import {type PipelineKind, pipelineFile} from '../app/pipeline-file.ts';
import {type FoundPreset, findPreset} from '../app/preset-files.ts';
import {refuse} from '../app/settings-complaints.ts';
import {FixableError} from '../errors.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {fileToWrite} from '../host/output-path.ts';
import {argFile} from '../settings/arg-file.ts';
import {fields} from '../settings/fields.ts';

/** `edge-builder presets export NAME`: its file, the `.arg` that CanvOS gets from it, or a pipeline that builds it. */
export async function presetsExport(
	invocation: Invocation,
	name: string,
	{output: named, arg = false, pipeline}: {output?: string; arg?: boolean; pipeline?: PipelineKind},
): Promise<ExitCode> {
	const {host, print, printJson, tell, output} = invocation;
	const preset = await findPreset(invocation, name);
	const text = await textOf(invocation, preset, {arg, pipeline});
	if (arg) tell('A .arg has what CanvOS reads; release, firmware and overlay are not in it, and no secret.\n');
	if (named === undefined) {
		if (output === 'json') printJson({name: preset.name, text});
		else print(text);
		return exitCodes.done;
	}
	const file = await fileToWrite(host.files, resolve(named), 'output-place');
	if ((await host.files.exists(file)) && !(await ask(invocation, `Replace ${file}?`))) {
		tell('Nothing was written. Say --yes to replace files without being asked.\n');
		return exitCodes.usage;
	}
	await host.files.write(file, text);
	if (output === 'json') printJson({name: preset.name, file});
	else print(`${preset.name} is in ${file}\n`);
	return exitCodes.done;
}

async function textOf(
	invocation: Invocation,
	preset: FoundPreset,
	{arg, pipeline}: {arg: boolean; pipeline?: PipelineKind},
): Promise<string> {
	if (arg && pipeline !== undefined) {
		throw new FixableError('two-forms', '--arg and --pipeline are two different files', {exit: 'usage'});
	}
	if (pipeline === undefined) return arg ? argOf(invocation, preset) : preset.text;
	const {asWritten, complaints} = await judgePreset(invocation, preset);
	// Files needn't be on this machine: another one builds.
	refuse(complaints.filter(({key}) => key === undefined || fields[key].path === undefined));
	const given = preset.parsed.preset?.given ?? [];
	return pipelineFile(pipeline, {name: preset.name, settings: asWritten, given});
}

async function argOf(invocation: Invocation, preset: FoundPreset): Promise<string> {
	const {asWritten, complaints} = await judgePreset(invocation, preset);
	refuse(complaints);
	if (asWritten.builder === 'canvos') return argFile(asWritten);
	throw new FixableError('no-arg', `${preset.name} is a rehearsal, which has no .arg`, {
		hint: 'Export a preset with the builder canvos.',
		exit: 'usage',
	});
}
