import {FixableError} from '../errors.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {settingKeys} from '../settings/fields.ts';
import type {Settings} from '../settings/settings.ts';
import {ask} from './ask.ts';
import type {Invocation} from './invocation.ts';
import {loadRightSettings} from './load-settings.ts';
import {deletePreset, findPreset, listPresets, savePreset} from './preset-files.ts';

/** `edge-builder presets list` */
export const presetsList = async (invocation: Invocation): Promise<ExitCode> => {
	const presets = await listPresets(invocation);
	const rows = presets.map(({name, path, builtIn, parsed}) => ({
		name,
		description: parsed.preset?.description ?? '',
		builtIn,
		path,
		complaints: parsed.complaints.map(({place, message}) => `${place}: ${message}`),
	}));
	if (invocation.output === 'json') invocation.stdout.write(`${JSON.stringify({presets: rows})}\n`);
	else {
		const width = Math.max(...rows.map(({name}) => name.length));
		for (const {name, description, builtIn, complaints} of rows) {
			invocation.stdout.write(`${name.padEnd(width)}  ${description}${builtIn ? ' (comes with edge-builder)' : ''}\n`);
			for (const complaint of complaints) invocation.stdout.write(`  ✖ ${complaint}\n`);
		}
	}
	return exitCodes.done;
};

/** `edge-builder presets show NAME` */
export const presetsShow = async (invocation: Invocation, name: string): Promise<ExitCode> => {
	const {path, text, parsed} = await findPreset(invocation, name);
	if (invocation.output === 'json') {
		invocation.stdout.write(`${JSON.stringify({name, path, ...parsed.preset, complaints: parsed.complaints})}\n`);
	} else invocation.stdout.write(`# ${path}\n${text.trimEnd()}\n`);
	return parsed.complaints.length > 0 ? exitCodes.usage : exitCodes.done;
};

/** `edge-builder presets save NAME`: what flags, arguments, environment and `--preset` give, as a preset. */
export const presetsSave = async (
	invocation: Invocation,
	name: string,
	{description = ''}: {description?: string},
): Promise<ExitCode> => {
	const loaded = await loadRightSettings(invocation);
	const given = Object.fromEntries(
		settingKeys.filter(key => loaded.origins[key].layer !== 'default').map(key => [key, loaded.settings[key]]),
	) as Partial<Settings>;
	// The builder decides what every default means, so it is always said.
	const content = {name, description, settings: {builder: loaded.settings.builder, ...given}};
	let path: string;
	try {
		path = await savePreset(invocation, content, {replace: invocation.yes});
	} catch (error) {
		if (
			!(error instanceof FixableError) ||
			error.code !== 'preset-exists' ||
			!(await ask(invocation, `Replace the preset ${name}?`))
		)
			throw error;
		path = await savePreset(invocation, content, {replace: true});
	}
	invocation.stderr.write(`Saved ${path}\n`);
	return exitCodes.done;
};

/** `edge-builder presets delete NAME` */
export const presetsDelete = async (invocation: Invocation, name: string): Promise<ExitCode> => {
	const {builtIn} = await findPreset(invocation, name);
	if (!builtIn && !(await ask(invocation, `Delete the preset ${name}?`))) {
		invocation.stderr.write('Nothing was deleted. Say --yes to delete without being asked.\n');
		return exitCodes.usage;
	}
	invocation.stderr.write(`Deleted ${await deletePreset(invocation, name)}\n`);
	return exitCodes.done;
};
