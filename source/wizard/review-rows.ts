import {type Group, groups} from '../settings/field-types.ts';
import type {SettingKey} from '../settings/settings.ts';
import {type DecisionId, decisionsFor} from './decisions.ts';
import {review} from './review.ts';
import {type SettingRow, settingRows} from './settings-list.ts';
import {settingsOf} from './settings-of-answers.ts';
import type {WizardState} from './wizard-state.ts';

/** A line of the review: a setting, a result, or something to know. `decision`: where it is changed; else among all settings. */
export type ReviewRow = {
	group: string;
	title: string;
	value: string;
	/** It differs from what would count without anybody saying so. */
	isChanged: boolean;
	/** The failure of the build before names it, and it still is as it was then. */
	isImplicated?: boolean;
	remark?: {severity: 'error' | 'warning' | 'info'; message: string; hint?: string};
	key?: SettingKey;
	decision?: DecisionId;
};

/** What will be built, in words and in groups: what was decided, what differs from the defaults, and what to know of each. */
export function reviewRows(state: WizardState, implicated: readonly SettingKey[] = []): readonly ReviewRow[] {
	const decisions = decisionsFor(settingsOf(state));
	const decisionOfKey = new Map(decisions.flatMap(({id, keys}) => keys.map(key => [key, id] as const)));
	const isWorthALine = ({key, isChanged, remark, value}: SettingRow) =>
		isChanged || remark !== undefined || implicated.includes(key) || (decisionOfKey.has(key) && value !== '');
	const settings = settingRows(state).filter(isWorthALine);
	const rows = (Object.keys(groups) as Group[]).flatMap(group => [
		...settings
			.filter(row => row.group === group)
			.map(({key, title, value, isChanged, remark}) => ({
				group: groups[group],
				title,
				value,
				isChanged,
				isImplicated: implicated.includes(key),
				remark,
				key,
				decision: decisionOfKey.get(key),
			})),
		...(group === 'names' ? resultRows(state) : []),
	]);
	return [...rows, ...looseRows(state, new Set(settings.flatMap(({remark}) => (remark ? [remark.message] : []))))];
}

function resultRows(state: WizardState): readonly ReviewRow[] {
	const {image, iso} = review(state);
	const common = {group: groups.names, isChanged: false, decision: 'image' as const};
	return [
		{...common, title: 'Image', value: image},
		{...common, title: 'ISO', value: iso},
	];
}

/** What was found and stands beside no setting, for a line has room for one remark; and what of the environment was passed over. */
function looseRows(state: WizardState, shown: ReadonlySet<string>): readonly ReviewRow[] {
	const {findings, complaints, passedOver} = review(state);
	const common = {group: 'To know', value: '', isChanged: false};
	const isLoose = ({message}: {message: string}) => !shown.has(message);
	return [
		...complaints.filter(isLoose).map(({key, place, message, hint}) => ({
			...common,
			title: place,
			key,
			remark: {severity: 'error' as const, message, hint},
		})),
		...findings.filter(isLoose).map(({keys, severity, message, hint}) => ({
			...common,
			title: '',
			key: keys[0],
			remark: {severity, message, hint},
		})),
		...passedOver.map(({key, place, message, hint}) => ({
			...common,
			title: place,
			key,
			remark: {severity: 'warning' as const, message, hint},
		})),
	];
}
