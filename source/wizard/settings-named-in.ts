import {keyOfName} from '../settings/fields.ts';
import type {SettingKey} from '../settings/settings.ts';

/** The settings that sentences name as people write them, `DOCA_VERSION` or `--doca-version`; each once, as they come. */
export function settingsNamedIn(sentences: readonly string[]): readonly SettingKey[] {
	const written = sentences.join('\n').matchAll(/(?<![\w-])(?:--([a-z][a-z0-9-]*)|([A-Z][A-Z0-9_]+))(?!\w)/g);
	return [...new Set([...written].flatMap(([, flag, name]) => keyOfName(flag ?? name ?? '') ?? []))];
}
