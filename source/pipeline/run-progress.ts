import type {Progress, StepId, StepOutcome, UsualTime, UsualTimes} from './events.ts';

/** What of a step its share of the whole depends on. */
type TimedStep = {
	id: StepId;
	skip?: string;
	progress?: Progress;
	phase: {kind: 'waiting'} | {kind: 'running'; startedAt: number} | {kind: 'finished'; outcome: StepOutcome};
};

type TimedRun = {
	run?: {builder: 'rehearsal' | 'canvos'};
	steps: readonly TimedStep[];
	usual: UsualTimes;
	now: number;
};

/**
 * How much of a run is done, from 0 to 1: each step weighs as much as it usually takes on this machine, or took on ours. It
 * says nothing of before; who shows it keeps the largest.
 */
export function shareOf({run, steps, usual, now}: TimedRun): number {
	let [done, all] = [0, 0];
	for (const step of steps) {
		const weight = isLeftOut(step) ? 0 : typicalMs(step.id, usual[step.id], run?.builder);
		all += weight;
		done += weight * shareOfStep(step, weight, now);
	}
	return all === 0 ? 0 : done / all;
}

const isLeftOut = ({phase, skip}: TimedStep) =>
	(phase.kind === 'waiting' && skip !== undefined) || (phase.kind === 'finished' && phase.outcome.kind === 'skipped');

function shareOfStep({phase, progress}: TimedStep, usualMs: number, now: number): number {
	if (phase.kind === 'waiting') return 0;
	if (phase.kind === 'finished') return phase.outcome.kind === 'done' ? 1 : 0;
	if (progress?.total) return Math.min(1, Math.max(0, progress.done / progress.total));
	const part = Math.max(0, now - phase.startedAt) / Math.max(1, usualMs);
	// Never quite there, however long it takes.
	return part <= 1 ? mostBeforeUsual * part : 1 - (1 - mostBeforeUsual) / part;
}

const mostBeforeUsual = 0.9;

/** How long the run will still take, in milliseconds; undefined where this machine has never built such a thing. */
export function timeLeft({steps, usual, now}: TimedRun): {leastMs: number; mostMs: number} | undefined {
	let [leastMs, mostMs] = [0, 0];
	for (const step of steps) {
		if (step.phase.kind === 'finished' || isLeftOut(step)) continue;
		const known = usual[step.id];
		if (known === undefined) return undefined;
		const gone = step.phase.kind === 'running' ? now - step.phase.startedAt : 0;
		leastMs += Math.max(0, known.leastMs - gone);
		// One that takes longer than ever is not about to end.
		mostMs += Math.max(known.mostMs / 10, known.mostMs - gone);
	}
	return {leastMs, mostMs};
}

const typicalMs = (step: StepId, usual: UsualTime | undefined, builder: 'rehearsal' | 'canvos' = 'rehearsal') =>
	usual ? (usual.leastMs + usual.mostMs) / 2 : shippedSeconds[builder][step] * 1000;

// Measured on two cores with a link of 50 MB/s; only their proportions count.
const shippedSeconds: Record<'rehearsal' | 'canvos', Record<StepId, number>> = {
	rehearsal: {
		'check-host': 2,
		'fetch-firmware': 8,
		'prepare-source': 1,
		'provider-image': 70,
		'installer-iso': 12,
		collect: 1,
		'verify-image': 6,
		'verify-iso': 2,
		'smoke-test': 60,
		push: 10,
		profile: 1,
		'pack-bundle': 10,
	},
	canvos: {
		'check-host': 5,
		'fetch-firmware': 60,
		'prepare-source': 3,
		'provider-image': 1500,
		'installer-iso': 300,
		collect: 15,
		'verify-image': 20,
		'verify-iso': 10,
		'smoke-test': 90,
		push: 120,
		profile: 1,
		'pack-bundle': 60,
	},
};
