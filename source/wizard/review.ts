import {knownPeVersion} from '../compatibility/canvos-release-lines.ts';
import {ifKnown} from '../compatibility/facts.ts';
import {type Finding, judgeSettings} from '../compatibility/judge-settings.ts';
import {fields} from '../settings/fields.ts';
import type {Complaint} from '../settings/layers.ts';
import {outputNames} from '../settings/output-names.ts';
import type {SettingKey, Settings} from '../settings/settings.ts';
import {maskCredentials} from '../text/credentials.ts';
import {visible} from './settings-of-answers.ts';
import type {WizardProblem, WizardState} from './wizard-state.ts';

/** What the answers come to. */
export type Review = {
	/** Reference of the provider image; `PE_VERSION` stands in it where only the build will know the version. */
	image: string;
	iso: string;
	disk: DiskNeed;
	/** Minutes that a first build takes, from and to. */
	minutes: readonly [number, number];
	/** Errors first. */
	findings: readonly Finding[];
	complaints: readonly Complaint[];
	/** What the environment says under a common name and doesn't count. */
	passedOver: readonly Complaint[];
	/** What differs from the defaults. */
	chosen: readonly {key: SettingKey; value: string; from: string}[];
	/** Why the build cannot start; undefined when it can. */
	obstacle?: WizardProblem;
	rehearsal: boolean;
};

type DiskNeed = {gb: number; parts: readonly {what: string; gb: number}[]; freeGb?: number};

/** Names, needs and warnings of a build with the answers so far. */
export function review(state: WizardState): Review {
	const {settings, origins, complaints, passedOver} = state.resolved;
	const {facts} = state;
	const names = outputNames({
		...settings,
		peVersion: settings.peVersion || (peVersion(settings, ifKnown(facts.earthfilePeVersion)) ?? 'PE_VERSION'),
	});
	const rehearsal = settings.builder === 'rehearsal';
	return {
		image: names.providerImage,
		iso: names.isoFile,
		disk: {...diskNeed(settings), freeGb: ifKnown(facts.freeDiskGb)},
		minutes: rehearsal ? [2, 10] : [20, 90],
		findings: judgeSettings(settings, facts),
		complaints,
		passedOver,
		chosen: (Object.keys(origins) as SettingKey[])
			.filter(key => origins[key].layer !== 'default')
			.map(key => ({key, value: shown(key, settings), from: origins[key].place})),
		obstacle: obstacle(state),
		rehearsal,
	};
}

/** What keeps these answers from being built, and the question to go to. */
export function obstacle(state: WizardState): WizardProblem | undefined {
	const {settings, complaints} = state.resolved;
	const order = visible(state).map(({id}) => id);
	const [complaint] = complaints;
	if (complaint) return {message: `${complaint.place}: ${complaint.message}`, hint: complaint.hint, at: complaint.key};
	const error = judgeSettings(settings, state.facts).find(({severity}) => severity === 'error');
	return (
		error && {
			message: error.message,
			hint: error.hint,
			at: error.keys.find(key => order.includes(key)) ?? error.keys[0],
		}
	);
}

/** Estimate of the disk that a first build takes, in GB. */
function diskNeed({builder, edgeAppliance, firmware}: Settings): Omit<DiskNeed, 'freeGb'> {
	const image = edgeAppliance ? 7 : 3.5;
	const parts =
		builder === 'rehearsal'
			? [
					{what: 'base image and packages', gb: 1.5},
					{what: 'images', gb: 2},
					{what: 'ISO', gb: 0.5},
				]
			: [
					...(edgeAppliance && firmware === 'local' ? [{what: 'firmware', gb: 2.1}] : []),
					{what: 'provider image', gb: image},
					{what: 'installer image', gb: image},
					// BuildKit keeps every layer it made, and the images once more on their way to Docker.
					{what: 'build cache', gb: 3 * image},
					{what: 'ISO', gb: edgeAppliance ? 4.2 : 2},
				];
	return {gb: Math.ceil(parts.reduce((sum, {gb}) => sum + gb, 0)), parts};
}

/** The version as far as it is known before the builder reads its source. */
function peVersion({builder, canvosRef}: Settings, earthfile: string | undefined) {
	if (builder === 'canvos') return earthfile ?? knownPeVersion(canvosRef);
	return /^v\d+\.\d+\.\d+$/.test(canvosRef) ? canvosRef : undefined;
}

function shown(key: SettingKey, settings: Settings) {
	if (fields[key].secret) return '***';
	const value = settings[key];
	return typeof value === 'boolean' ? (value ? 'yes' : 'no') : maskCredentials(String(value));
}
