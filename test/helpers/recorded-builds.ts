import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {gunzipSync} from 'node:zlib';
import type {TreeEvent} from '../../source/builders/canvos/earthly/build-output.ts';
import {createLogStream} from '../../source/builders/canvos/earthly/stream/read-log-stream.ts';
import type {PipelineEvent} from '../../source/pipeline/events.ts';
import {parseEvents} from '../../source/pipeline/replay.ts';
import {recording, recordingNames} from '../builders/canvos/recordings.ts';
import {EventList} from './events.ts';

/** Runs of upstream's own Earthfile, which may not be copied into this repository. */
const canvosFolder = join(import.meta.dirname, '../../../shared/fixtures/canvos');

export type RecordedBuild = {name: string; events: readonly PipelineEvent[]};

const eventsOf = (name: string) =>
	parseEvents(gunzipSync(readFileSync(join(canvosFolder, name, 'events.ndjson.gz'))).toString());

/** Whole runs of CanvOS builds; none where they aren't at hand. */
export const canvosRuns: readonly RecordedBuild[] = existsSync(canvosFolder)
	? readdirSync(canvosFolder)
			.filter(name => !name.includes('.'))
			.map(name => ({name: `canvos/${name}`, events: eventsOf(name)}))
	: [];

/** A run whose provider image is built as this log stream of Earthly says. */
export function runOfLogStream(name: string, stream: Buffer, how: 'success' | 'failure'): RecordedBuild {
	const told: TreeEvent[] = [];
	const reader = createLogStream(events => told.push(...events));
	reader.push(stream);
	reader.finish(how);
	const list = new EventList(0).runStarted({builder: 'canvos', rehearsal: false}).stepStarted('provider-image');
	let now = 0;
	for (const event of told) {
		if (event.type === 'log') {
			list.add({type: 'log', step: 'provider-image', chunk: event.chunk});
			continue;
		}
		const at = Math.max(now, event.node.startedAt ?? 0, event.node.endedAt ?? 0);
		list.wait(at - now).add({type: 'build-node', step: 'provider-image', node: event.node});
		now = at;
	}
	if (how === 'success') list.stepFinished('provider-image').add({type: 'run-finished', outcome: 'passed'});
	else list.stepFinished('provider-image', failed).add({type: 'run-finished', outcome: 'failed'});
	return {name, events: list.events};
}

const failed = {kind: 'failed', failure: {code: 'build', message: 'The build failed'}} as const;

/** The recorded log streams of Earthly, each as a run. */
export const logStreamRuns: readonly RecordedBuild[] = recordingNames.flatMap(name => {
	const {logStream, exitCode} = recording(name);
	return logStream ? [runOfLogStream(`earthly/${name}`, logStream, exitCode === 0 ? 'success' : 'failure')] : [];
});

/** Events in which a part is exchanged that nobody may rely on: the order of those of one moment, of different nodes. */
export function shuffled(events: readonly PipelineEvent[], random: () => number): PipelineEvent[] {
	const result: PipelineEvent[] = [];
	for (const group of momentsOf(events)) {
		const nodes = Map.groupBy(group, event => (event.type === 'build-node' ? event.node.id : 'others'));
		const order = [...nodes.keys()].map(key => ({key, by: random()})).toSorted((a, b) => a.by - b.by);
		result.push(...order.flatMap(({key}) => nodes.get(key) ?? []));
	}
	return result;
}

function momentsOf(events: readonly PipelineEvent[]): PipelineEvent[][] {
	const groups: PipelineEvent[][] = [];
	for (const event of events) {
		const last = groups.at(-1);
		if (last?.[0] && Math.floor(last[0].at) === Math.floor(event.at)) last.push(event);
		else groups.push([event]);
	}
	return groups;
}
