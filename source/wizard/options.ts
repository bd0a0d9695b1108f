import {ifKnown} from '../compatibility/facts.ts';
import {parseHostPackage} from '../settings/doca-releases.ts';
import {choiceTitle, fields} from '../settings/fields.ts';
import type {Answers} from '../settings/layers.ts';
import type {SettingKey, Settings} from '../settings/settings.ts';
import {formatBytes} from '../text/bytes.ts';
import {compareVersions} from '../text/versions.ts';
import type {Decision} from './decisions.ts';
import {settingsOf} from './settings-of-answers.ts';
import type {WizardState} from './wizard-state.ts';

/** One line to choose from, not judged. */
export type Option = {
	title: string;
	description: string;
	answers: Answers;
	/** Settings to be filled in once it is chosen. */
	fields: readonly SettingKey[];
};

type Known = Omit<Option, 'fields'> & Partial<Pick<Option, 'fields'>>;

/** What there is to choose from at a decision. */
export const optionsFor = (state: WizardState, decision: Decision): readonly Option[] =>
	knownAt(decision, state).map(option => ({...option, fields: option.fields ?? []}));

/** Whether the settings are as this choice would make them. */
export function isChosen(answers: Answers, settings: Settings): boolean {
	return (Object.keys(answers) as SettingKey[]).every(key => answers[key] === settings[key]);
}

function knownAt({id}: Decision, state: WizardState): readonly Known[] {
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
export const whatToMake: readonly Known[] = [
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

function systems(state: WizardState): readonly Known[] {
	const {machine} = state;
	const {builder, osVersion, osDistribution} = settingsOf(state);
	const titleOf = (value: string) => choiceTitle('osDistribution', value) ?? value;
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
	const own = (distribution: 'rhel' | 'sles'): Known => ({
		title: titleOf(distribution),
		description: 'With a base image of your own; standard images only',
		answers: {osDistribution: distribution},
		fields: ['osVersion', 'baseImage'],
	});
	const known: readonly Known[] = [
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

function versions(state: WizardState): readonly Known[] {
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

function firmwareSources(state: WizardState): readonly Known[] {
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
