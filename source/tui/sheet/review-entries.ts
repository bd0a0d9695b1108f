import type {HostReadiness} from '../../app/actions.ts';
import type {SettingKey} from '../../settings/settings.ts';
import {capitalised, counted} from '../../text/phrases.ts';
import {obstacle} from '../../wizard/review.ts';
import {type ReviewRow, reviewRows} from '../../wizard/review-rows.ts';
import type {WizardProblem, WizardState} from '../../wizard/wizard-state.ts';

/** Something to do, or a row of what will be built. */
export type ReviewEntry =
	| {kind: 'build' | 'save' | 'commands'; title: string; remark?: string; obstacle?: WizardProblem}
	| {kind: 'row'; row: ReviewRow};

/** What the cursor of the review can stand on: first what to do, then what will be built. */
export const reviewEntries = (
	state: WizardState,
	host: HostReadiness | undefined,
	implicated: readonly SettingKey[] = [],
): readonly ReviewEntry[] => [
	buildEntry(obstacle(state), host),
	{kind: 'save', title: 'Save as preset…'},
	...reviewRows(state, implicated).map(row => ({kind: 'row', row}) as const),
];

/** By which an entry is found again after a change. */
export const nameOf = (entry: ReviewEntry): string =>
	entry.kind === 'row' ? `${entry.row.group} ${entry.row.key ?? entry.row.title}` : entry.kind;

function buildEntry(obstacle: WizardProblem | undefined, host: HostReadiness | undefined): ReviewEntry {
	if (obstacle !== undefined)
		return {kind: 'build', title: 'Cannot be built yet', remark: 'Enter goes to what is wrong', obstacle};
	if (host === undefined) return {kind: 'build', title: 'Build', remark: 'checking this machine'};
	const {mending, failed} = host;
	if (mending === undefined) {
		const remark = failed.length === 0 ? undefined : `${counted(failed.length, 'check')} failed, m shows them`;
		return {kind: 'build', title: 'Build', remark};
	}
	return mending.hasRights
		? {kind: 'build', title: `${capitalised(mending.purpose)}, then build`, remark: 'c shows the commands'}
		: {kind: 'commands', title: `An administrator has to ${mending.purpose} first`, remark: 'Enter shows how'};
}
