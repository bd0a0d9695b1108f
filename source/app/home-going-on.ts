import type {Host} from '../host/host.ts';
import {type PipelineEvent, stepIds} from '../pipeline/events.ts';
import {runFolderOf} from '../pipeline/workspace.ts';
import type {GoingOn} from './actions.ts';
import {holderOf, type Place, requestOf} from './past-runs.ts';

/** What another process does in this workspace just now, if anything: a run with its step, or a command. */
export async function goingOnIn(place: Place): Promise<GoingOn | undefined> {
	const holder = await holderOf(place);
	if (holder === undefined || holder.pid === process.pid) return undefined;
	const {runId, command, since} = holder;
	const request = await requestOf(place, runId).catch(() => undefined);
	const step = request && (await lastStep(place.host, runFolderOf(place.workspace, runId).events));
	return {
		runId,
		command,
		since,
		preset: request?.run.preset,
		step: request?.plan.find(({id}) => id === step)?.title,
	};
}

// What a step says comes in pieces of at most this size.
const tail = 256 * 1024;

/** The step that the end of a record is about. */
async function lastStep({files}: Host, path: string): Promise<string | undefined> {
	const info = await files.info(path);
	if (info?.kind !== 'file') return undefined;
	const file = await files.open(path, 'r');
	try {
		const from = Math.max(0, info.size - tail);
		const {buffer, bytesRead} = await file.read(Buffer.alloc(tail), 0, tail, from);
		const lines = buffer.toString('utf8', 0, bytesRead).split('\n');
		return lines.map(stepIn).findLast(step => step !== undefined);
	} finally {
		await file.close();
	}
}

function stepIn(text: string): string | undefined {
	try {
		const event = JSON.parse(text) as Partial<PipelineEvent & {step: string}>;
		return event.type !== 'step-finished' && stepIds.some(id => id === event.step) ? event.step : undefined;
	} catch {
		// The first is cut off, and the last one may be.
		return undefined;
	}
}
