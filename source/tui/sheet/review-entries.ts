import type {HostReadiness} from '../../app/actions.ts';
import type {SettingKey} from '../../settings/settings.ts';
import {type ReviewRow, reviewRows} from '../../wizard/review-rows.ts';
import type {WizardState} from '../../wizard/wizard-state.ts';
import {capitalised} from '../confirmation.ts';

/** Something to do, or a row of what will be built. */
export type ReviewEntry =
	| {kind: 'build' | 'save' | 'commands'; title: string; remark?: string}
	| {kind: 'row'; row: ReviewRow};

/** What the cursor of the review can stand on: first what to do, then what will be built. */
export const reviewEntries = (
	state: WizardState,
	host: HostReadiness | undefined,
	implicated: readonly SettingKey[] = [],
): readonly ReviewEntry[] => [
	...doingsOf(host),
	...reviewRows(state, implicated).map(row => ({kind: 'row', row}) as const),
];

/** By which an entry is found again after a change. */
export const nameOf = (entry: ReviewEntry): string =>
	entry.kind === 'row' ? `${entry.row.group} ${entry.row.key ?? entry.row.title}` : entry.kind;

function doingsOf(host: HostReadiness | undefined): readonly ReviewEntry[] {
	const {mending} = host ?? {};
	const build: ReviewEntry =
		mending === undefined
			? {kind: 'build', title: 'Build', remark: host ? undefined : 'checking this machine'}
			: mending.hasRights
				? {kind: 'build', title: `${capitalised(mending.purpose)}, then build`, remark: 'c shows the commands'}
				: {kind: 'commands', title: `An administrator has to ${mending.purpose} first`, remark: 'Enter shows how'};
	return [build, {kind: 'save', title: 'Save as preset…'}];
}
