import type {Finding} from '../compatibility/judge-settings.ts';
import {FixableError} from '../errors.ts';
import type {Complaint, Resolved} from '../settings/layers.ts';

/** Settings from all layers, with what the compatibility rules say of them. */
export type JudgedSettings = Resolved & {findings: readonly Finding[]};

/** @throws {FixableError} `settings` (exit 2) with all of these complaints, each with its place; nothing where there is none. */
export function refuse(complaints: readonly Complaint[]) {
	if (complaints.length === 0) return;
	const lines = complaints.map(({place, message, hint}) => `  ${place}: ${message}${hint ? `\n    → ${hint}` : ''}`);
	const count = complaints.length === 1 ? 'One setting is' : `${complaints.length} settings are`;
	throw new FixableError('settings', `${count} not right:\n${lines.join('\n')}`, {exit: 'usage'});
}

/**
 * What must be mended before a build: values that can't be read, and combinations that will not build. What the machine
 * lacks is no mistake in the settings: its checks tell, with their own exit code.
 */
export const allComplaints = ({complaints, findings, origins}: JudgedSettings): Complaint[] => [
	...complaints,
	...findings
		.filter(({severity, about}) => severity === 'error' && about !== 'machine')
		// One word about a setting that can't be read is enough.
		.filter(({keys}) => !complaints.some(({key}) => key !== undefined && key === keys[0]))
		.map(({id, keys, message, hint}) => {
			const key = keys.find(one => origins[one].layer !== 'default') ?? keys[0];
			return {key, place: key ? `${key} (${origins[key].place})` : id, message: `${message} [${id}]`, hint};
		}),
];

/** A value that was passed over, as a line for people. */
export const warningLine = ({place, message, hint}: Complaint) =>
	`! ${place}: ${message}${hint ? `\n  → ${hint}` : ''}`;

/**
 * What a person should know of the settings before they are built: notes, warnings, and what the machine lacks. Other
 * errors are complaints, which are told by whoever refuses them.
 */
export const findingLines = ({findings, notes}: Pick<JudgedSettings, 'findings' | 'notes'>): string[] => [
	...notes.map(({place, message}) => `– ${place}: ${message}`),
	...findings
		.filter(({severity, about}) => severity === 'warning' || (severity === 'error' && about === 'machine'))
		.map(({severity, id, message, hint}) => `${severity === 'error' ? '✖' : '!'} ${message} [${id}]\n  → ${hint}`),
];
