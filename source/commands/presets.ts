import {basename} from 'node:path';
import {ask} from '../app/ask-person.ts';
import type {Invocation} from '../app/invocation.ts';
import {loadRightSettings} from '../app/load-settings.ts';
import {deletePreset} from '../app/preset-deletion.ts';
import {findPreset, listPresets, savePreset} from '../app/preset-files.ts';
import {referencesStill} from '../app/preset-values.ts';
import {FixableError} from '../errors.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {ownCommand} from '../own-command.ts';
import {fields, keyOfName, settingKeys} from '../settings/fields.ts';
import {isSecretIn} from '../settings/preset-text.ts';
import type {SettingKey, Settings} from '../settings/settings.ts';

/** `edge-builder presets list` */
export async function presetsList(invocation: Invocation): Promise<ExitCode> {
	const presets = await listPresets(invocation);
	const rows = presets.map(({name, path, origin, builtIn, parsed}) => ({
		name,
		description: parsed.preset?.description ?? '',
		builtIn,
		origin,
		path,
		complaints: parsed.complaints.map(({place, message}) => `${place}: ${message}`),
	}));
	if (invocation.output === 'json') invocation.printJson({presets: rows});
	else {
		const width = Math.max(...rows.map(({name}) => name.length));
		for (const {name, description, origin, complaints} of rows) {
			invocation.print(`${name.padEnd(width)}  ${description.replace(/\s+/g, ' ')}${whose[origin]}\n`);
			for (const complaint of complaints) invocation.print(`  ✖ ${complaint}\n`);
		}
	}
	return exitCodes.done;
}

const whose = {
	shipped: ' (comes with edge-builder)',
	person: ' (yours, in every workspace)',
	workspace: ' (of this workspace)',
	elsewhere: '',
};

/** `edge-builder presets show NAME` */
export async function presetsShow(invocation: Invocation, name: string): Promise<ExitCode> {
	const {path, text, parsed} = await findPreset(invocation, name);
	if (invocation.output === 'json') {
		invocation.printJson({name, path, ...parsed.preset, complaints: parsed.complaints});
	} else invocation.print(`# ${path}\n${text.trimEnd()}\n`);
	return parsed.complaints.length > 0 ? exitCodes.usage : exitCodes.done;
}

/** `edge-builder presets save NAME`: what flags, arguments, environment and `--preset` give, as a preset. */
export async function presetsSave(
	invocation: Invocation,
	name: string,
	{description, forMe}: {description?: string; forMe?: boolean},
): Promise<ExitCode> {
	// Nothing is run, so what a preset has asked for stays a question.
	const loaded = await loadRightSettings({...invocation, dryRun: true});
	const from = invocation.preset;
	const references = from === undefined ? undefined : referencesStill(await findPreset(invocation, from), loaded);
	const given = Object.fromEntries(
		settingKeys.filter(key => loaded.origins[key].layer !== 'default').map(key => [key, loaded.asWritten[key]]),
	) as Partial<Settings>;
	// The builder decides what every default means, so it is always said.
	const content = {name, description, settings: {builder: loaded.settings.builder, ...given}, references};
	let path: string;
	try {
		path = await savePreset(invocation, content, {replace: invocation.yes, forMe});
	} catch (error) {
		if (
			!(error instanceof FixableError) ||
			error.code !== 'preset-exists' ||
			!(await ask(invocation, `Replace the preset ${name}?`))
		)
			throw error;
		path = await savePreset(invocation, content, {replace: true, forMe});
	}
	const {parsed} = await findPreset(invocation, path);
	const written = new Set(parsed.preset?.given.map(entry => keyOfName(entry.name)));
	const left = Object.entries(given).filter(
		([key, value]) => isSecretIn(key as SettingKey, String(value)) && !written.has(key as SettingKey),
	);
	for (const [key] of left) {
		const {name: variable} = fields[key as SettingKey];
		invocation.tell(
			`${variable} is not in it: it holds a secret, or an address with a password or a query. Give it each time, or write ${key}: env:${variable} into the preset.\n`,
		);
	}
	invocation.tell(`Saved ${path}\n`);
	const seen = await findPreset(invocation, name);
	if (seen.path !== path) invocation.tell(`! Here ${seen.path} counts, which has the same name.\n`);
	return exitCodes.done;
}

/** `edge-builder presets delete NAME` */
export async function presetsDelete(invocation: Invocation, name: string): Promise<ExitCode> {
	const {builtIn, path} = await findPreset(invocation, name);
	if (!builtIn && !(await ask(invocation, `Delete the preset ${name}?`))) {
		invocation.tell('Nothing was deleted. Say --yes to delete without being asked.\n');
		return exitCodes.usage;
	}
	invocation.tell(`Deleted ${await deletePreset(invocation, name)}\n`);
	invocation.tell(`${ownCommand(`presets restore ${basename(path).replace(/\.ya?ml$/, '')}`)} brings it back.\n`);
	return exitCodes.done;
}
