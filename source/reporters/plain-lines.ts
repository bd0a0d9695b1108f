import {
	type Artifact,
	artifactNames,
	type Failure,
	type PipelineEvent,
	type Progress,
	type RunHeader,
	type Sink,
	type StepId,
	type StepOutcome,
} from '../pipeline/events.ts';
import {fullBeforeEndMs} from '../pipeline/full-before-end.ts';
import {initialRunState, type RunState, reduceRun} from '../pipeline/run-state.ts';
import {timeOfStep} from '../pipeline/step-times.ts';
import {printable} from '../text/ansi.ts';
import {formatBytes, formatRate} from '../text/bytes.ts';
import {formatDuration, formatEta, formatSpan} from '../text/durations.ts';
import {percentOf} from '../text/numbers.ts';
import {formatCheck, outcomeGlyphs} from './format-checks.ts';
import type {Output} from './safe-output.ts';

// Often enough that nobody wonders whether it hangs, seldom enough for a log that people read.
const progressEveryMs = {log: 15_000, terminal: 3000};
const firstProgressMs = 2000;

/**
 * Readable lines for pipes, CI and people who prefer them.
 * @param quiet Only what ended, failed or was made; no logs, no progress.
 * @param reader A person at a terminal is told of progress more often.
 * @param from Where the run is already: that is told at once, in a few lines.
 */
export function plainSink(
	output: Output,
	{quiet = false, reader = 'log', from}: {quiet?: boolean; reader?: 'log' | 'terminal'; from?: RunState} = {},
): Sink {
	let state = from ?? initialRunState;
	/** When the next line about a step's progress is due. */
	const progressDue = new Map<StepId, number>();
	const titleOf = (id: StepId) => state.steps.find(step => step.id === id);
	const line = (text: string) => output.write(`${printable(text)}\n`);

	for (const text of from ? formatPlace(from) : []) line(text);

	const toldFull = new Set<string>();
	const tellOfFullDisk = (path: string, freeBytes: number) => {
		const ms = toldFull.has(path) ? undefined : fullBeforeEndMs(state, path);
		if (ms === undefined) return;
		toldFull.add(path);
		line(`! The disk of ${path} will be full in about ${formatSpan(ms, ms)}: ${formatBytes(freeBytes)} left`);
	};

	const tell = (event: PipelineEvent) => {
		switch (event.type) {
			case 'run-started':
				for (const text of formatHeader(event.run)) line(text);
				return;
			case 'step-started':
				progressDue.set(event.step, event.at + firstProgressMs);
				if (!quiet) line(`▶ ${titleOf(event.step)?.title ?? event.step}`);
				return;
			case 'log':
				if (!quiet && event.chunk.stream !== 'serial') line(prefixed(event.step, event.chunk.text));
				return;
			case 'step-progress':
				if (quiet || event.at < (progressDue.get(event.step) ?? 0)) return;
				progressDue.set(event.step, event.at + progressEveryMs[reader]);
				line(prefixed(event.step, formatProgress(event.progress)));
				return;
			case 'check':
				if (!quiet || event.result.verdict === 'fail' || event.result.verdict === 'warn')
					line(`  ${formatCheck(event.result)}`);
				if (event.result.hint && (event.result.verdict === 'fail' || event.result.verdict === 'warn'))
					line(`    ${event.result.hint}`);
				return;
			case 'artifact':
				line(`  ${formatArtifact(event.artifact)}`);
				return;
			case 'step-finished':
				for (const text of formatEnding(state, event.step, event.outcome)) line(text);
				return;
			case 'host':
				for (const {path, freeBytes} of event.disks) tellOfFullDisk(path, freeBytes);
				return;
			case 'build-node':
			case 'run-finished':
				return;
			default:
				event satisfies never;
		}
	};
	return {
		accept(event) {
			state = reduceRun(state, event);
			tell(event);
		},
		close: () => output.drain(),
	};
}

const formatHeader = ({preset, imageReference, isoName, rehearsal, folder}: RunHeader) => [
	`${rehearsal ? 'REHEARSAL: ' : ''}Preset ${preset} makes ${imageReference} and ${isoName}`,
	`Logs: ${folder}/logs`,
];

/** What a run is, which steps have ended, and which are running. */
function formatPlace(state: RunState): string[] {
	const {run, steps} = state;
	return [
		...(run ? formatHeader(run) : []),
		...steps.flatMap(({id, phase}) => (phase.kind === 'finished' ? formatEnding(state, id, phase.outcome) : [])),
		...steps.flatMap(({title, phase}) => (phase.kind === 'running' ? [`▶ ${title}`] : [])),
	];
}

/** `Installer ISO build/x.iso (169 MB)`. */
export function formatArtifact({kind, ref, bytes}: Artifact) {
	const size = bytes === undefined ? '' : ` (${formatBytes(bytes)})`;
	return `${artifactNames[kind]} ${ref}${size}`;
}

/** `12 MB of 64 MB (18%), 4 MB/s, about 13s left`. */
export function formatProgress({done, total, unit, rate, label}: Progress) {
	const amount = unit === 'bytes' ? formatBytes : String;
	const parts = [
		total === undefined ? amount(done) : `${amount(done)} of ${amount(total)} (${percentOf(done, total)}%)`,
		unit === 'bytes' && rate !== undefined ? formatRate(rate) : undefined,
		formatEta({done, total, rate}),
	];
	return [label, parts.filter(Boolean).join(', ')].filter(Boolean).join(': ');
}

/** A failure in lines: message, last output, what to try, log. */
export const formatFailure = ({message, hint, log, lastLines, source, document}: Failure): string[] => [
	message,
	...(source ? [`at ${source}`] : []),
	...(lastLines ?? []).slice(-10).map(text => `│ ${text}`),
	...(hint ? [`→ ${hint}`] : []),
	...(document ? [`See ${document}`] : []),
	...(log ? [`Log: ${log}`] : []),
];

function formatEnding(state: RunState, id: StepId, outcome: StepOutcome): string[] {
	const step = state.steps.find(other => other.id === id);
	const glyph = outcomeGlyphs[outcome.kind];
	const title = step?.title ?? id;
	switch (outcome.kind) {
		case 'done': {
			const {phase} = step ?? {};
			const compared = step && timeOfStep(step, state);
			const last = compared ? `, ${formatDuration(compared.lastMs)} last time` : '';
			const took =
				phase?.kind === 'finished' && phase.startedAt !== undefined
					? ` (${formatDuration(phase.endedAt - phase.startedAt)}${last})`
					: '';
			return [`${glyph} ${step?.done ?? id}${took}`];
		}
		case 'skipped':
			return [`${glyph} ${title}: skipped, ${outcome.reason}`];
		case 'cancelled':
			return [`${glyph} ${title}: cancelled`];
		case 'failed':
			// The closing summary tells the rest; here it would stand twice.
			return [`${glyph} ${title} failed: ${outcome.failure.message.split('\n', 1)[0]}`];
		default:
			return outcome satisfies never;
	}
}

function prefixed(step: StepId, text: string) {
	const prefix = `  ${step} | `;
	return prefix + text.replaceAll('\n', `\n${prefix}`);
}
