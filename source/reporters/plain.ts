import {formatBytes, formatDuration, formatEta, formatRate, percentOf} from '../format.ts';
import type {Artifact, Failure, PipelineEvent, Progress, Sink, StepId, StepOutcome} from '../pipeline/events.ts';
import {initialRunState, reduceRun} from '../pipeline/run-state.ts';
import type {Output} from './output.ts';
import {formatCheck, outcomeGlyphs, printable} from './words.ts';

// Often enough that nobody wonders whether it hangs, seldom enough for a log that people read.
const progressEveryMs = 15_000;

/**
 * Readable lines for pipes, CI and people who prefer them.
 * @param quiet Only what ended, failed or was made; no logs, no progress.
 */
export const plainSink = (output: Output, {quiet = false}: {quiet?: boolean} = {}): Sink => {
	let state = initialRunState;
	const progressAt = new Map<StepId, number>();
	const titleOf = (id: StepId) => state.steps.find(step => step.id === id);
	const line = (text: string) => output.write(`${printable(text)}\n`);

	const tell = (event: PipelineEvent) => {
		switch (event.type) {
			case 'run-started': {
				const {preset, imageReference, isoName, rehearsal, folder} = event.run;
				line(`${rehearsal ? 'REHEARSAL: ' : ''}Preset ${preset} makes ${imageReference} and ${isoName}`);
				line(`Logs: ${folder}/logs`);
				return;
			}
			case 'step-started':
				progressAt.set(event.step, event.at);
				if (!quiet) line(`▶ ${titleOf(event.step)?.title ?? event.step}`);
				return;
			case 'log':
				if (!quiet && event.chunk.stream !== 'serial') line(prefixed(event.step, event.chunk.text));
				return;
			case 'step-progress':
				if (quiet || event.at - (progressAt.get(event.step) ?? 0) < progressEveryMs) return;
				progressAt.set(event.step, event.at);
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
			case 'build-node':
			case 'host':
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
};

/** `Installer ISO build/x.iso (161 MiB)`. */
export const formatArtifact = ({kind, ref, bytes}: Artifact) => {
	const size = bytes === undefined ? '' : ` (${formatBytes(bytes)})`;
	return `${artifactNames[kind]} ${ref}${size}`;
};

/** `12 MiB of 64 MiB (18%), 4.0 MiB/s, about 13s left`. */
export const formatProgress = ({done, total, unit, rate, label}: Progress) => {
	const amount = unit === 'bytes' ? formatBytes : String;
	const parts = [
		total === undefined ? amount(done) : `${amount(done)} of ${amount(total)} (${percentOf(done, total)}%)`,
		unit === 'bytes' && rate !== undefined ? formatRate(rate) : undefined,
		formatEta({done, total, rate}),
	];
	return [label, parts.filter(Boolean).join(', ')].filter(Boolean).join(': ');
};

/** A failure in lines: message, last output, what to try, log. */
export const formatFailure = ({message, hint, log, lastLines, source, document}: Failure): string[] => [
	message,
	...(source ? [`at ${source}`] : []),
	...(lastLines ?? []).slice(-10).map(text => `│ ${text}`),
	...(hint ? [`→ ${hint}`] : []),
	...(document ? [`See ${document}`] : []),
	...(log ? [`Log: ${log}`] : []),
];

const artifactNames = {
	'provider-image': 'Provider image',
	'installer-iso': 'Installer ISO',
	checksum: 'Checksum',
	profile: 'Profile',
	report: 'Report',
} as const satisfies Record<Artifact['kind'], string>;

const formatEnding = (state: typeof initialRunState, id: StepId, outcome: StepOutcome): string[] => {
	const step = state.steps.find(other => other.id === id);
	const glyph = outcomeGlyphs[outcome.kind];
	const title = step?.title ?? id;
	switch (outcome.kind) {
		case 'done': {
			const {phase} = step ?? {};
			const took =
				phase?.kind === 'finished' && phase.startedAt !== undefined
					? ` (${formatDuration(phase.endedAt - phase.startedAt)})`
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
};

const prefixed = (step: StepId, text: string) => {
	const prefix = `  ${step} | `;
	return prefix + text.replaceAll('\n', `\n${prefix}`);
};
