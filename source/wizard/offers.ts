import {type Finding, judgeChoice} from '../compatibility/index.ts';
import {compareVersions} from '../compatibility/versions.ts';
import type {Choice} from '../settings/field-types.ts';
import {fields} from '../settings/fields.ts';
import {docaReleases} from '../settings/releases.ts';
import type {SettingKey, Settings} from '../settings/settings.ts';
import {isSettled, settingsOf, settingsWith} from './resolution.ts';
import type {WizardFacts, WizardState} from './state.ts';

/** One line of a list to choose from. `refused`: why it would not build. */
export type Offer = {value: string; title: string; description: string; refused?: Finding};

/** What can be chosen for a setting; for a text these are suggestions, and anything else may be typed. */
export const offersFor = (state: WizardState, key: SettingKey): readonly Offer[] => {
	const {answers, facts, path, layers} = state;
	const before = latest.get(answers);
	if (before && before.key === key && before.facts === facts && before.path === path && before.layers === layers) {
		return before.offers;
	}
	const offers = judgedOffers(state, key);
	latest.set(answers, {key, facts, path, layers, offers});
	return offers;
};

// Judging dozens of versions takes longer than a key press should; while somebody types, none of this changes.
const latest = new WeakMap<
	WizardState['answers'],
	Pick<WizardState, 'facts' | 'path' | 'layers'> & {key: SettingKey; offers: readonly Offer[]}
>();

const judgedOffers = (state: WizardState, key: SettingKey): readonly Offer[] => {
	const settled = isSettled(state, key);
	const settle = (changed: SettingKey, value: string) => settingsWith(state, changed, value);
	return choicesOf(key, settingsOf(state), state).map(({value, title, description}) => {
		const text = String(value);
		const refused = judgeChoice(key, text, settle, {facts: factsOf(state), settled});
		return {value: text, title, description, refused};
	});
};

/** Facts with the machine that the wizard runs on. */
export const factsOf = ({facts, machine}: WizardState): WizardFacts => ({machine, ...facts});

const choicesOf = (key: SettingKey, settings: Settings, {facts, machine}: WizardState): readonly Choice[] => {
	const {choices} = fields[key];
	if (key === 'edgeAppliance') return kinds;
	if (choices) return choices;
	if (key === 'osVersion') {
		const own = settings.osDistribution === machine.osId ? [machine.osVersion] : [];
		return plain([...new Set([...(systemVersions[settings.osDistribution] ?? []), ...own])]);
	}
	if (key === 'k8sVersion') {
		const listed = facts.kubernetesVersions?.[settings.k8sDistribution] ?? [];
		return plain(listed.toSorted((a, b) => compareVersions(b, a)));
	}
	if (key === 'canvosRef') return plain(facts.canvosReleases ?? []);
	if (key === 'docaVersion') {
		const aliases = settings.docaSource === 'repository' ? ['latest', 'latest-3.2-LTS'] : [];
		const releases = docaReleases.filter(({hostBuild}) => hostBuild !== '' || settings.docaSource === 'repository');
		return plain([...releases.map(({version}) => version).toReversed(), ...aliases]);
	}
	return [];
};

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
