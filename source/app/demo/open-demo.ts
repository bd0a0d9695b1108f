import type {OpenRun} from '../actions.ts';
import {replayRun} from '../replayed-run.ts';
import {demoEvents} from './demo-recording.ts';

/** The build that comes with the program as a run to be played; nothing of this machine is read or written. */
export function openDemo({version, now, speed}: {version: string; now(): number; speed?: number}): Promise<OpenRun> {
	const record = Buffer.from(
		demoEvents(version)
			.map(event => `${JSON.stringify(event)}\n`)
			.join(''),
	);
	return replayRun(async (buffer, from) => record.copy(buffer, 0, from), {now, speed, at: 'beginning', isDemo: true});
}
