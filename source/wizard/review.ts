import {knownPeVersion} from '../compatibility/canvos-release-lines.ts';
import {type DiskStage, diskStages, totalGb} from '../compatibility/disk-needs.ts';
import {ifKnown} from '../compatibility/facts.ts';
import {type Finding, judgeSettings} from '../compatibility/judge-settings.ts';
import type {Complaint} from '../settings/layers.ts';
import {outputNames} from '../settings/output-names.ts';
import type {Settings} from '../settings/settings.ts';
import type {WizardProblem, WizardState} from './wizard-state.ts';

/** What the answers come to. */
export type Review = {
	/** Reference of the provider image; `PE_VERSION` stands in it where only the build will know the version. */
	image: string;
	iso: string;
	/** For each filesystem that a first build fills. */
	disks: readonly DiskNeed[];
	/** What builds of this kind took here, from and to; absent without any. */
	minutes?: readonly [number, number];
	/** Errors first. */
	findings: readonly Finding[];
	complaints: readonly Complaint[];
	/** What the environment says under a common name and doesn't count. */
	passedOver: readonly Complaint[];
	/** Why the build cannot start; undefined when it can. */
	obstacle?: WizardProblem;
	rehearsal: boolean;
};

/** Room in GB; `place` as people say it: "here", "Docker’s folder". */
export type DiskNeed = {place: string; gb: number; freeGb?: number};

/** Names, needs and warnings of a build with the answers so far. */
export function review(state: WizardState): Review {
	const {settings, complaints, passedOver} = state.resolved;
	const {facts} = state;
	const names = outputNames({
		...settings,
		peVersion: settings.peVersion || (peVersion(settings, ifKnown(facts.earthfilePeVersion)) ?? 'PE_VERSION'),
	});
	return {
		image: names.providerImage,
		iso: names.isoFile,
		disks: diskNeeds(settings, facts),
		minutes: facts.tookMinutes?.find(
			({rehearsal, edgeAppliance}) =>
				rehearsal === (settings.builder === 'rehearsal') && edgeAppliance === settings.edgeAppliance,
		)?.minutes,
		findings: findingsOf(state),
		complaints,
		passedOver,
		obstacle: obstacle(state),
		rehearsal: settings.builder === 'rehearsal',
	};
}

/** What keeps these answers from being built. */
export function obstacle(state: WizardState): WizardProblem | undefined {
	const [complaint] = state.resolved.complaints;
	if (complaint) return {message: `${complaint.place}: ${complaint.message}`, hint: complaint.hint, key: complaint.key};
	const error = findingsOf(state).find(({severity}) => severity === 'error');
	return error && {message: error.message, hint: error.hint, key: error.keys[0]};
}

// What a person is asked for when the run begins can't be judged yet.
const findingsOf = ({resolved: {settings, later}, facts}: WizardState): readonly Finding[] =>
	judgeSettings(settings, facts).filter(({keys}) => !keys.some(key => later.includes(key)));

/** What a first build takes of each filesystem. */
function diskNeeds(settings: Settings, {freeDiskGb, dockerFreeDiskGb}: WizardState['facts']): readonly DiskNeed[] {
	const stages = diskStages(settings);
	const gbOf = (place: DiskStage['place']) => totalGb(stages.filter(stage => stage.place === place));
	return [
		{place: 'here', gb: gbOf('workspace'), freeGb: ifKnown(freeDiskGb)},
		{place: 'in Docker’s folder', gb: gbOf('docker'), freeGb: ifKnown(dockerFreeDiskGb)},
	].filter(({gb}) => gb > 0);
}

/** The version as far as it is known before the builder reads its source. */
function peVersion({builder, canvosRef}: Settings, earthfile: string | undefined) {
	if (builder === 'canvos') return earthfile ?? knownPeVersion(canvosRef);
	return /^v\d+\.\d+\.\d+$/.test(canvosRef) ? canvosRef : undefined;
}
