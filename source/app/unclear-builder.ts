import {FixableError} from '../errors.ts';
import {fields, settingKeys} from '../settings/fields.ts';
import type {SettingKey} from '../settings/settings.ts';
import type {LoadedSettings} from './load-settings.ts';

// A rehearsal takes it, too, but nobody rehearses under the name of a registry of their own.
const meansReal: ReadonlySet<SettingKey> = new Set(['imageRegistry']);

/**
 * Whoever is used to the Makefile gives a real build's settings and no builder, and would get a rehearsal of that name.
 * @throws {FixableError} `unclear-builder` (exit 2) when neither preset nor builder was said, and a setting was that only a
 *   real build has a use for.
 */
export function refuseUnclearBuilder({origins}: Pick<LoadedSettings, 'origins'>, preset: string | undefined) {
	if (preset !== undefined || origins.builder.layer !== 'default') return;
	const given = settingKeys.filter(key => ['flag', 'argument'].includes(origins[key].layer));
	const real = given.find(key => meansReal.has(key) || !fields[key].builders.includes('rehearsal'));
	if (real === undefined) return;
	throw new FixableError(
		'unclear-builder',
		`${fields[real].name} is for a real build, and without a preset or a builder this would be a rehearsal`,
		{
			hint: 'Say which: BUILDER=canvos (or --preset edge-appliance) builds the real image with Docker and CanvOS, BUILDER=rehearsal makes a small one of this machine’s own distribution.',
			exit: 'usage',
		},
	);
}
