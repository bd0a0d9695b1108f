import type {HostReadiness} from '../app/actions.ts';
import type {SettingKey} from '../settings/settings.ts';
import {capitalised} from '../text/phrases.ts';
import {type AnswersForm, answersAsText} from '../wizard/answers-as-text.ts';
import type {DecisionId} from '../wizard/decisions.ts';
import {type DiskNeed, review} from '../wizard/review.ts';
import {type ReviewRow, reviewRows} from '../wizard/review-rows.ts';
import {settingRows} from '../wizard/settings-list.ts';
import type {WizardState} from '../wizard/wizard-state.ts';
import {choose, type Extra, type PromptChoice} from './ask-choice.ts';
import type {Asker} from './asker.ts';

/** What is to be done with the answers. */
export type ReviewAnswer =
	| 'build'
	| 'save-and-build'
	| 'save'
	| 'leave'
	| {decide: DecisionId}
	| {change: SettingKey}
	| {show: AnswersForm};

/** Reads the answers out and asks what to do with them. */
export async function askReview(
	asker: Asker,
	state: WizardState,
	host: HostReadiness | undefined,
): Promise<ReviewAnswer> {
	asker.say(...reviewLines(state), ...hostLines(host));
	return askDoing(asker, state, host);
}

async function askDoing(asker: Asker, state: WizardState, host: HostReadiness | undefined): Promise<ReviewAnswer> {
	const blocked = review(state).obstacle?.message ?? missingRights(host);
	const build = host?.mending?.hasRights ? `${capitalised(host.mending.purpose)}, then build` : 'Build';
	const doing = await choose<ReviewAnswer | 'change' | 'settings'>(
		asker,
		'What now?',
		[
			{value: 'build', name: 'build', title: build, disabled: blocked},
			{value: 'save-and-build', title: 'Save as preset, then build', disabled: blocked},
			{value: 'save', name: 'save', title: 'Save as preset only'},
			{value: 'change', name: 'change', title: 'Change something of it'},
			{value: 'settings', name: 'settings', title: 'See and change all settings'},
			{value: {show: 'command'}, title: 'Show the command that builds the same without questions'},
			{value: {show: 'arg-file'}, title: 'Show what CanvOS is told (.arg)'},
			{value: {show: 'preset-file'}, title: 'Show the answers as a preset file'},
			{value: 'leave', name: 'leave', title: 'Leave; the answers are kept'},
		],
		{offered: blocked === undefined ? 0 : 3},
	);
	if (typeof doing === 'object' && 'show' in doing) asker.say('', answersAsText(doing.show, state));
	if (doing !== 'change' && doing !== 'settings') return doing;
	const choices = doing === 'settings' ? allSettings(state) : changeable(state);
	const wanted = await choose<ReviewAnswer | undefined>(asker, 'Which one?', choices, {extras: [back]});
	return wanted ?? askDoing(asker, state, host);
}

const back: Extra<undefined> = {words: ['<', 'back'], value: undefined, does: 'goes back to the review'};

const allSettings = (state: WizardState): PromptChoice<ReviewAnswer>[] =>
	settingRows(state).map(({key, title, name, value, from}) => ({
		value: {change: key},
		title,
		name,
		description: `${name}: ${value || '(empty)'}${from === 'default' ? '' : `, ${from}`}`,
	}));

const changeable = (state: WizardState): PromptChoice<ReviewAnswer>[] =>
	reviewRows(state).flatMap(({key, decision, title, value}) => {
		const where: ReviewAnswer | undefined = decision ? {decide: decision} : key && {change: key};
		return where && title !== '' ? [{value: where, title, description: value}] : [];
	});

function reviewLines(state: WizardState): readonly string[] {
	const {disks, minutes, rehearsal} = review(state);
	const rows = reviewRows(state);
	return [
		'',
		'Build this?',
		...(rehearsal ? ['REHEARSAL: stand-ins take the place of NVIDIA’s software. Not for real hosts.'] : []),
		...rows.flatMap((row, index) => [
			...(row.group === rows[index - 1]?.group ? [] : [`${row.group}:`]),
			...rowLines(row),
		]),
		...disks.map(diskLine),
		minutes === undefined
			? 'Time: no history yet; known after the first build of this kind'
			: `Took ${minutes[0] === minutes[1] ? minutes[0] : `${minutes[0]} to ${minutes[1]}`} minutes here`,
	];
}

const rowLines = ({title, value, isChanged, remark}: ReviewRow): string[] => [
	...(title === '' ? [] : [`  ${title}: ${value === '' ? '(empty)' : value}${isChanged ? ' (changed)' : ''}`]),
	...(remark === undefined
		? []
		: [`  ${severityWords[remark.severity]}: ${[remark.message, remark.hint].filter(Boolean).join('. ')}`]),
];

const severityWords = {error: 'Impossible', warning: 'Warning', info: 'To know'} as const;

const diskLine = ({place, gb, freeGb}: DiskNeed) =>
	`Needs ${gb} GB${freeGb === undefined ? '' : ` of ${Math.floor(freeGb)} GB free`} ${place}${freeGb !== undefined && freeGb < gb ? ': too little' : ''}`;

function hostLines(host: HostReadiness | undefined): readonly string[] {
	if (host === undefined) return ['This machine: still being checked; a build begins with the same checks'];
	const {failed, mending} = host;
	if (mending?.hasRights) return [`This machine: ${mending.purpose} comes first, after you have seen the commands`];
	if (mending)
		return [`This machine: an administrator has to ${mending.purpose} first, as root:`, `  ${mending.lineForRoot}`];
	return failed.map(({title, detail}) => `This machine, failed: ${detail ? `${title}, ${detail}` : title}`);
}

const missingRights = ({mending}: Partial<HostReadiness> = {}) =>
	mending && !mending.hasRights ? `an administrator has to ${mending.purpose} first` : undefined;
