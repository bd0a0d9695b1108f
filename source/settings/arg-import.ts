import {hasCredentials} from '../text/credentials.ts';
import {readArgLines} from './arg-lines.ts';
import {
	argumentMeant,
	argumentProblem,
	argumentStanding,
	formatCanvosArguments,
	readCanvosArguments,
} from './canvos-arguments.ts';
import {quote} from './field-kinds.ts';
import {fieldList, fields, keyOfName} from './fields.ts';
import type {Complaint, Given, TextLayer} from './layers.ts';
import type {SettingKey} from './settings.ts';

/** What a `.arg` says in terms of settings. */
export type ImportedArg = {
	/** Everything that has a setting, the builder among it; what can't be imported is among its complaints. */
	layer: TextLayer;
	/** Settings whose value must not be in a preset, and the variable that it names instead. */
	fromEnvironment: ReadonlyMap<SettingKey, string>;
	/** What a person should know: what was left out, and what the file doesn't say. */
	remarks: readonly string[];
};

/**
 * Takes over the text of CanvOS's `.arg`; `place` is its path, `declared` the arguments of Earthfiles that it may be for:
 * names that neither they nor any release know are left out.
 */
export function importArg(text: string, place: string, declared: readonly string[] = []): ImportedArg {
	const {lines, problems} = readArgLines(text);
	const remarks: string[] = [];
	const complaints: Complaint[] = [];
	const given: Given[] = [{name: 'builder', text: 'canvos', place}];
	const fromEnvironment = new Map<SettingKey, string>();
	const passedOn: [string, string][] = [];

	for (const {line, name, message, leftOut} of problems) {
		const key = name === undefined ? undefined : settingOf(name);
		const subject = name === undefined ? `Line ${line}` : `${name} (line ${line})`;
		// A value that would silently become another one is no import.
		if (key && leftOut) complaints.push({key, place: `${place} line ${line}`, message: `${name} ${message}`});
		else remarks.push(`${subject} ${message}${leftOut ? '; it is left out' : ''}.`);
	}
	for (const {name, value, line} of lines) {
		const key = settingOf(name);
		const where = `${place} line ${line}`;
		if (key && value === '') remarks.push(...emptyRemark(name, key));
		else if (key && (fields[key].secret || hasCredentials(value))) {
			fromEnvironment.set(key, name.toUpperCase());
			remarks.push(
				`${name} holds a secret and is not saved: the preset takes it from the environment (env:${name.toUpperCase()}).`,
			);
		} else if (key) given.push({name: key, text: value, place: where});
		else if (value === '') remarks.push(`${name} is empty; it is left out.`);
		else {
			const refused = name === 'BUILDER' ? undefined : refusal(name, declared);
			const judged = readCanvosArguments(formatCanvosArguments([[name, value]]));
			if (name === 'BUILDER') remarks.push('BUILDER is not CanvOS’s; the builder of a .arg is canvos.');
			else if (refused)
				remarks.push(`${refused.problem}; line ${line} is left out.${refused.hint ? ` ${refused.hint}` : ''}`);
			else if (hasCredentials(value)) {
				remarks.push(
					`${name} holds an address with a password or a query, which a preset must not: it is left out. Give it in CANVOS_ARGUMENTS each time.`,
				);
			} else if ('problem' in judged) complaints.push({place: where, message: judged.problem, hint: judged.hint});
			else passedOn.push([name, value]);
		}
	}
	const names = new Set(given.map(({name}) => name));
	if (!names.has('edgeAppliance')) given.push({name: 'edgeAppliance', text: 'false', place});
	if (passedOn.length > 0) {
		given.push({name: 'canvosArguments', text: formatCanvosArguments(passedOn), place});
		remarks.push(`Passed on to CanvOS as they are (canvosArguments): ${passedOn.map(([name]) => name).join(', ')}.`);
	}
	const isUki = given.some(({name, text: said}) => name === 'isUki' && /^(true|yes|1|y|on)$/i.test(said));
	remarks.push(...unsaid(names, passedOn, isUki));
	return {layer: {kind: 'preset', given, complaints}, fromEnvironment, remarks};
}

function refusal(name: string, declared: readonly string[]) {
	if (argumentStanding(name, declared) !== 'unknown') return argumentProblem(name, ownNames);
	return (
		argumentProblem(name, ownNames) ?? {
			problem: `no release of CanvOS has an argument ${quote(name)}`,
			hint: argumentMeant(name, [...declared, ...ownNames]),
		}
	);
}

const ownNames = fieldList.map(({name}) => name);

/** The setting of a key in a `.arg`, which is written in capitals; proxies also in small letters. */
function settingOf(name: string): SettingKey | undefined {
	const key = /^[A-Z0-9_]+$|_proxy$/.test(name) ? keyOfName(name) : undefined;
	return key === 'builder' || key === 'canvosArguments' ? undefined : key;
}

function emptyRemark(name: string, key: SettingKey): string[] {
	const {default: usual} = fields[key];
	return usual === '' ? [] : [`${name} is empty; its default counts instead.`];
}

// What CanvOS does where its file is silent, and what a .arg can't say at all.
function unsaid(
	names: ReadonlySet<string>,
	passedOn: readonly (readonly [string, string])[],
	isUki: boolean,
): string[] {
	return [
		...(names.has('k8sVersion')
			? []
			: ['It names no K8S_VERSION, for which CanvOS builds every version it has; the preset builds one.']),
		...(names.has('edgeAppliance')
			? []
			: [
					`A .arg makes a standard image (EDGE_APPLIANCE=false)${isUki ? '; an edge appliance cannot be a unified kernel image' : ''}.`,
				]),
		...(passedOn.some(([name]) => name === 'PROXY_CERT_PATH')
			? ['PROXY_CERT_PATH is read by CanvOS’s own script only; name the certificate as CA_FILE for all runners.']
			: []),
		`The release of CanvOS is no part of a .arg: ${fields.canvosRef.default} counts; set CANVOS_REF where the file is of another one.`,
	];
}
