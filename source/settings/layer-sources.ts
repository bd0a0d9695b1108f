import {maskWritten} from '../text/credentials.ts';
import {quote} from './field-kinds.ts';
import {fieldList} from './fields.ts';
import type {Complaint, Given, TextLayer} from './layers.ts';

/** Flags given, by flag or key: `{k8sVersion: '1.34.2', edgeAppliance: true}`. Undefined counts as not given. */
export const flagLayer = (flags: Readonly<Record<string, string | boolean | number | undefined>>): TextLayer => ({
	kind: 'flag',
	given: Object.entries(flags).flatMap(([name, value]) => {
		if (value === undefined) return [];
		const flag = fieldList.find(field => field.key === name || field.flag === name)?.flag ?? name;
		return [{name, text: String(value), place: `--${flag}`}];
	}),
});

/** `NAME=value` arguments as for make. A name given twice counts by its last value, as there. */
export function argumentLayer(words: readonly string[]): TextLayer {
	const given = new Map<string, Given>();
	const complaints: Complaint[] = [];
	for (const word of words) {
		const [, name, text] = /^([A-Za-z_][A-Za-z0-9_]*)=([\s\S]*)$/.exec(word) ?? [];
		if (name === undefined || text === undefined) {
			complaints.push({place: maskWritten(word), message: `${quote(word)} is not NAME=value`});
			continue;
		}
		given.set(name, {name, text, place: `argument ${name}`});
	}
	return {kind: 'argument', given: [...given.values()], complaints};
}

/** Settings in the caller's environment; empty ones count as not given, everything else there is none of our business. */
export const environmentLayer = (environment: Readonly<Record<string, string | undefined>>): TextLayer => ({
	kind: 'environment',
	given: fieldList.flatMap(({name, aliases = [], notFromEnvironment}) => {
		if (notFromEnvironment) return [];
		const found = [name, ...aliases].find(spelled => environment[spelled]?.trim());
		return found ? [{name: found, text: environment[found] ?? '', place: `${found} in the environment`}] : [];
	}),
});
