import {ifKnown} from '../compatibility/facts.ts';
import {type Finding, judgeChoice} from '../compatibility/judge-settings.ts';
import {docaReleases} from '../settings/doca-releases.ts';
import type {Choice, SettingValue} from '../settings/field-types.ts';
import {fields} from '../settings/fields.ts';
import type {SettingKey, Settings} from '../settings/settings.ts';
import {compareVersions} from '../text/versions.ts';
import {isSettled, settingsOf, settingsWith} from './settings-of-answers.ts';
import type {WizardState} from './wizard-state.ts';

/** One line of a list to choose from. `refused`: why it would not build. */
export type Offer = {value: string; title: string; description: string; refused?: Finding};

/** What can be chosen for a setting; for a text these are suggestions, and anything else may be typed. */
export const offersFor = (state: WizardState, key: SettingKey): readonly Offer[] =>
	choicesOf(key, settingsOf(state), state).map(({value, title, description}) => ({
		value: String(value),
		title,
		description,
		refused: refusalOf(state, key, value),
	}));

/** What is offered to be taken as it is: the value that counts so far, or the first choice where that one would be refused. */
export function offeredOf(state: WizardState, key: SettingKey, choices: readonly Offer[]): string {
	const value = settingsOf(state)[key];
	const known = choices.find(choice => choice.value === String(value));
	const refused = known ? known.refused : refusalOf(state, key, value);
	return (refused && choices.find(choice => !choice.refused)?.value) ?? String(value);
}

/** Why this answer would not build, as far as earlier answers decide it. */
export const refusalOf = (state: WizardState, key: SettingKey, value: SettingValue) =>
	judgeChoice(key, settingsWith(state, key, value), {facts: state.facts, settled: isSettled(state, key)});

function choicesOf(key: SettingKey, settings: Settings, {facts, machine}: WizardState): readonly Choice[] {
	const {choices} = fields[key];
	if (key === 'edgeAppliance') return kinds;
	if (choices) return choices;
	if (key === 'osVersion') {
		const own = settings.osDistribution === machine.osId ? [machine.osVersion] : [];
		return plain([...new Set([...(systemVersions[settings.osDistribution] ?? []), ...own])]);
	}
	if (key === 'k8sVersion') {
		const listed = ifKnown(facts.kubernetesVersions)?.[settings.k8sDistribution] ?? [];
		return plain(listed.toSorted((a, b) => compareVersions(b, a)));
	}
	if (key === 'canvosRef') return plain(facts.canvosReleases ?? []);
	if (key === 'docaVersion') {
		const aliases = settings.docaSource === 'repository' ? ['latest', 'latest-3.2-LTS'] : [];
		const releases = docaReleases.filter(({hostBuild}) => hostBuild !== '' || settings.docaSource === 'repository');
		return plain([...releases.map(({version}) => version).toReversed(), ...aliases]);
	}
	return [];
}

const kinds: readonly Choice[] = [
	{value: true, title: 'Edge appliance', description: 'With DOCA, BlueField firmware and node preparation: about 7 GB'},
	{value: false, title: 'Standard', description: 'Without them: about 3.5 GB'},
];

const systemVersions: Partial<Record<Settings['osDistribution'], readonly string[]>> = {
	ubuntu: ['24.04', '22.04'],
	'opensuse-leap': ['15.6'],
};

const plain = (values: readonly string[]): readonly Choice[] =>
	values.map(value => ({value, title: value, description: ''}));
