import {ifKnown} from '../compatibility/facts.ts';
import {type Finding, judgeSettings} from '../compatibility/judge-settings.ts';
import {parseHostPackage} from '../settings/doca-releases.ts';
import {fields} from '../settings/fields.ts';
import type {Answers, Resolved} from '../settings/layers.ts';
import type {SettingKey, Settings} from '../settings/settings.ts';
import {formatBytes} from '../text/bytes.ts';
import {compareVersions} from '../text/versions.ts';
import {type Decision, decisionsFor} from './decisions.ts';
import {resolvedWith, settingsOf} from './settings-of-answers.ts';
import type {WizardState} from './wizard-state.ts';

/** One line to choose from. `refused`: why it would not build. */
export type Choice = {
	title: string;
	description: string;
	answers: Answers;
	/** Settings to be filled in once it is chosen. */
	fields: readonly SettingKey[];
	refused?: Pick<Finding, 'message' | 'hint'>;
};

type Option = Omit<Choice, 'refused' | 'fields'> & {fields?: readonly SettingKey[]};

/** What can be chosen at a decision, with the reason at what can't be. Judges each: not for every letter that is typed. */
export function choicesFor(state: WizardState, decision: Decision): readonly Choice[] {
	return optionsFor(state, decision).map(option => ({...option, refused: refusalOf(state, decision, option)}));
}

/** The same unjudged. */
export const optionsFor = (state: WizardState, decision: Decision): readonly Omit<Choice, 'refused'>[] =>
	optionsOf(decision, state).map(option => ({...option, fields: option.fields ?? []}));

/** The choice that counts so far; where that one would be refused or nobody made it, the first that would not. */
export function offeredAmong(state: WizardState, choices: readonly Choice[]): number {
	const settings = settingsOf(state);
	const chosen = choices.findIndex(choice => isChosen(choice.answers, settings));
	if (chosen >= 0 && choices[chosen]?.refused === undefined) return chosen;
	return Math.max(
		0,
		choices.findIndex(({refused}) => refused === undefined),
	);
}

/** Whether the settings are as this choice would make them. */
export function isChosen(answers: Answers, settings: Settings): boolean {
	return (Object.keys(answers) as SettingKey[]).every(key => answers[key] === settings[key]);
}

/** Why a choice would not build, as far as earlier decisions decide it. What it asks to be filled in is not waited for. */
export function refusalOf(
	state: WizardState,
	decision: Decision,
	{answers, fields: toFillIn}: Pick<Choice, 'answers' | 'fields'>,
): Refusal | undefined {
	const resolved = resolvedWith(state, {...state.answers, ...answers});
	return refusalAmong(resolved, state, {
		own: Object.keys(answers) as SettingKey[],
		open: [...toFillIn, ...laterKeys(decision, resolved.settings)],
	});
}

/** Why a decision cannot be left with what was filled in, as far as earlier ones decide it. */
export function refusalOfFields(state: WizardState, decision: Decision, filledIn: readonly SettingKey[]) {
	return refusalAmong(state.resolved, state, {
		own: [...decision.keys, ...filledIn],
		open: laterKeys(decision, settingsOf(state)),
	});
}

type Refusal = Pick<Finding, 'message' | 'hint'>;

/** What speaks against the settings in `own`, without what depends on those that are still `open`. */
function refusalAmong(
	{settings, complaints}: Resolved,
	{facts}: WizardState,
	{own, open}: {own: readonly SettingKey[]; open: readonly SettingKey[]},
): Refusal | undefined {
	const complaint = complaints.find(({key}) => key !== undefined && own.includes(key));
	if (complaint) return {message: complaint.message, hint: complaint.hint ?? ''};
	return judgeSettings(settings, facts).find(
		({severity, keys}) =>
			severity === 'error' && keys.some(key => own.includes(key)) && !keys.some(key => open.includes(key)),
	);
}

// A choice isn't refused because of a decision that is still to come.
function laterKeys(decision: Decision, settings: Settings): readonly SettingKey[] {
	const all = decisionsFor(settings);
	return all.slice(all.findIndex(({id}) => id === decision.id) + 1).flatMap(({keys}) => keys);
}

function optionsOf({id}: Decision, state: WizardState): readonly Option[] {
	switch (id) {
		case 'what':
			return whatToMake;
		case 'system':
			return systems(state);
		case 'kubernetes':
			return (fields.k8sDistribution.choices ?? []).map(({value, title, description}) => ({
				title,
				description,
				answers: {k8sDistribution: value as Settings['k8sDistribution']},
			}));
		case 'version':
			return versions(state);
		case 'firmware':
			return firmwareSources(state);
		case 'image':
			return [];
		default:
			return id satisfies never;
	}
}

/** The three things that can be made: also what a first start begins with. */
export const whatToMake: readonly Option[] = [
	{
		title: 'Rehearse',
		description: 'Minutes, here, without Docker or an account: stand-ins for NVIDIA’s software',
		answers: {builder: 'rehearsal'},
	},
	{
		title: 'Edge appliance',
		description: 'The real thing: DOCA, BlueField firmware, node preparation',
		answers: {builder: 'canvos', edgeAppliance: true},
	},
	{
		title: 'Standard image',
		description: 'The real thing without them',
		answers: {builder: 'canvos', edgeAppliance: false},
	},
];

function systems(state: WizardState): readonly Option[] {
	const {machine} = state;
	const {builder, osVersion, osDistribution} = settingsOf(state);
	const titleOf = (value: string) =>
		fields.osDistribution.choices?.find(choice => choice.value === value)?.title ?? value;
	if (builder === 'rehearsal') {
		// On a machine that cannot be rehearsed the rules say so of what would count.
		const own = fields.osDistribution.parse(machine.osId);
		const distribution = 'value' in own ? own.value : osDistribution;
		return [
			{
				title: `${titleOf(distribution)} ${machine.osVersion}`,
				description: 'This machine’s own: a rehearsal has no other',
				answers: {osDistribution: distribution, osVersion: machine.osVersion},
			},
		];
	}
	const own = (distribution: 'rhel' | 'sles'): Option => ({
		title: titleOf(distribution),
		description: 'With a base image of your own; standard images only',
		answers: {osDistribution: distribution},
		fields: ['osVersion', 'baseImage'],
	});
	const known: readonly Option[] = [
		{
			title: 'Ubuntu 24.04',
			description: 'DOCA is made for it',
			answers: {osDistribution: 'ubuntu', osVersion: '24.04'},
		},
		{
			title: 'Ubuntu 22.04',
			description: 'DOCA is made for it',
			answers: {osDistribution: 'ubuntu', osVersion: '22.04'},
		},
		{
			title: 'openSUSE Leap 15.6',
			description: 'Standard images only',
			answers: {osDistribution: 'opensuse-leap', osVersion: '15.6'},
		},
		own('rhel'),
		own('sles'),
	];
	const current = {osDistribution, osVersion};
	return known.some(({answers}) => isChosen(answers, settingsOf(state)))
		? known
		: [{title: `${titleOf(osDistribution)} ${osVersion}`, description: 'As it was given', answers: current}, ...known];
}

function versions(state: WizardState): readonly Option[] {
	const {k8sDistribution, k8sVersion} = settingsOf(state);
	const listed = ifKnown(state.facts.kubernetesVersions)?.[k8sDistribution] ?? [];
	const all = listed.includes(k8sVersion) ? listed : [...listed, k8sVersion];
	return all
		.toSorted((a, b) => compareVersions(b, a))
		.map((version, index) => ({
			title: version,
			description: index === 0 && listed.includes(version) ? 'The newest that this CanvOS release lists' : '',
			answers: {k8sVersion: version},
		}));
}

function firmwareSources(state: WizardState): readonly Option[] {
	const {docaVersion, osDistribution, osVersion, builder} = settingsOf(state);
	const none = {docaDebFile: '', bfbFile: ''};
	const kept = (state.facts.keptFirmware ?? []).toSorted((a, b) => b.name.localeCompare(a.name));
	const deb = kept.find(
		({kind, name}) => kind === 'doca-host' && isFor(name, `${osDistribution}${osVersion.replace('.', '')}`),
	);
	const bundle = kept.find(({kind}) => kind === 'bfb');
	return [
		{
			...(builder === 'rehearsal'
				? {title: 'Stand-ins', description: 'Made here; nothing of NVIDIA’s is fetched'}
				: {
						title: 'Download',
						description: `DOCA ${docaVersion} and its bundle, about 2.1 GB, kept in redist/ and checked`,
					}),
			answers: {firmware: 'local', ...none},
		},
		...(deb && bundle
			? [
					{
						title: 'What is in redist/',
						description: `${deb.name} (${formatBytes(deb.bytes)}) and ${bundle.name} (${formatBytes(bundle.bytes)})`,
						answers: {firmware: 'local' as const, docaDebFile: deb.name, bfbFile: bundle.name},
					},
				]
			: []),
		{
			title: 'Files of this machine',
			description: 'You name both files; their names, sizes and the Ubuntu that they are for are checked',
			answers: {firmware: 'local'},
			fields: ['docaDebFile', 'bfbFile'],
		},
		{
			title: 'The build fetches them',
			description: 'By URL, each time anew; nothing is kept here',
			answers: {firmware: 'url', ...none},
		},
	];
}

const isFor = (name: string, system: string) => {
	const parsed = parseHostPackage(name);
	return parsed !== undefined && `${parsed.distribution}${parsed.osDigits}` === system;
};
