import {demoEvents} from '../app/demo/demo-recording.ts';
import {openDemo} from '../app/demo/open-demo.ts';
import type {Invocation} from '../app/invocation.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {replay} from '../pipeline/replay.ts';
import {ndjsonSink} from '../reporters/ndjson.ts';
import {plainSink} from '../reporters/plain-lines.ts';
import {outputTo} from '../reporters/safe-output.ts';
import {runOnScreens} from '../run-on-screens.ts';

const farewell = 'DEMO: this was an example. Nothing was built.\n';

/** `edge-builder build --demo`: an example of a build, played on screens or printed in lines. */
export async function demo(invocation: Invocation): Promise<ExitCode> {
	const {output: mode, version, host} = invocation;
	if (mode === 'screens') {
		return runOnScreens(invocation, {replay: await openDemo({version, now: host.now}), farewell});
	}
	const output = outputTo(invocation.stdout);
	if (mode === 'plain') output.write('DEMO: an example of a build. Nothing is built.\n');
	const sink = mode === 'json' ? ndjsonSink(output) : plainSink(output, {quiet: invocation.quiet});
	await replay(demoEvents(version), [sink]);
	if (mode === 'plain') output.write(farewell);
	await output.drain();
	return exitCodes.done;
}
