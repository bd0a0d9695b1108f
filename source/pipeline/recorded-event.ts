import {artifactNames, type PipelineEvent, type PipelineEventBody, stepIds} from './events.ts';

type Fields = {readonly [name: string]: unknown};

/** Whether a line of a record is an event as readers take it; somebody may have edited it, or another release written it. */
export function isEvent(value: unknown): value is PipelineEvent {
	if (!isFields(value) || typeof value.at !== 'number' || typeof value.seq !== 'number') return false;
	const {type} = value;
	return typeof type === 'string' && Object.hasOwn(bodies, type) && bodies[type as keyof typeof bodies](value);
}

const isFields = (value: unknown): value is Fields =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown) => typeof value === 'string';
const isTextOrAbsent = (value: unknown) => value === undefined || isText(value);
const isNumber = (value: unknown) => typeof value === 'number';
const isAmong = (value: unknown, all: readonly string[]) => all.some(one => one === value);
const isStep = ({step}: Fields) => isAmong(step, stepIds);
const isListOf = (value: unknown, isRight: (one: Fields) => boolean) =>
	Array.isArray(value) && value.every(one => isFields(one) && isRight(one));

const bodies: Record<PipelineEventBody['type'], (event: Fields) => boolean> = {
	'run-started': ({run, plan, settings, usual}) =>
		isFields(run) &&
		isText(run.preset) &&
		[run.runId, run.version, run.workspace, run.folder, run.imageReference, run.isoName].every(isTextOrAbsent) &&
		isListOf(plan, ({id, title, done}) => isAmong(id, stepIds) && [title, done].every(isText)) &&
		isFields(settings) &&
		(usual === undefined || (isFields(usual) && Object.values(usual).every(isUsualTime))),
	'step-started': isStep,
	'step-progress': event =>
		isStep(event) &&
		isFields(event.progress) &&
		isNumber(event.progress.done) &&
		isAmong(event.progress.unit, ['bytes', 'items']),
	'build-node': event =>
		isStep(event) &&
		isFields(event.node) &&
		[event.node.id, event.node.name, event.node.state].every(isText) &&
		(event.node.order === undefined || (Array.isArray(event.node.order) && event.node.order.every(isNumber))),
	log: event => isStep(event) && isFields(event.chunk) && isText(event.chunk.stream) && isText(event.chunk.text),
	check: event =>
		isStep(event) &&
		isFields(event.result) &&
		isText(event.result.id) &&
		isText(event.result.title) &&
		[event.result.detail, event.result.hint].every(isTextOrAbsent) &&
		isAmong(event.result.verdict, ['pass', 'warn', 'fail', 'skip']),
	artifact: event =>
		isStep(event) &&
		isFields(event.artifact) &&
		isAmong(event.artifact.kind, Object.keys(artifactNames)) &&
		isText(event.artifact.ref),
	host: ({cpu, memory, disks}) =>
		isNumber(cpu) &&
		isNumber(memory) &&
		isListOf(disks, ({path, freeBytes, totalBytes}) => isText(path) && [freeBytes, totalBytes].every(isNumber)),
	'step-finished': event => isStep(event) && isFields(event.outcome) && isOutcome(event.outcome),
	'run-finished': ({outcome, failure}) =>
		isAmong(outcome, ['passed', 'failed', 'cancelled']) && (failure === undefined || isFailure(failure)),
};

const isUsualTime = (value: unknown) =>
	isFields(value) &&
	[value.leastMs, value.mostMs, value.lastMs].every(isNumber) &&
	(value.silenceMs === undefined || isNumber(value.silenceMs));

const isOutcome = ({kind, reason, failure}: Fields) =>
	isAmong(kind, ['done', 'cancelled']) ||
	(kind === 'skipped' && isText(reason)) ||
	(kind === 'failed' && isFailure(failure));

const isFailure = (failure: unknown) =>
	isFields(failure) &&
	isText(failure.code) &&
	isText(failure.message) &&
	[failure.hint, failure.log, failure.source, failure.document].every(isTextOrAbsent) &&
	(failure.lastLines === undefined || (Array.isArray(failure.lastLines) && failure.lastLines.every(isText)));
