import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {parseEvents} from '../../source/pipeline/replay.ts';
import {formatDuration} from '../../source/text/durations.ts';
import {hangingBuildah} from '../helpers/hanging-buildah.ts';
import {startUnattended} from '../helpers/start-unattended.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {until} from '../helpers/until.ts';

/** Sets the program's clock an hour back as soon as `jump` is called. */
const clockThatJumpsBack = () => {
	const folder = temporaryFolder();
	const preload = join(folder, 'clock.cjs');
	const mark = join(folder, 'jumped');
	writeFileSync(
		preload,
		`const {existsSync} = require('node:fs');
const {now} = Date;
Date.now = () => now() - (existsSync(${JSON.stringify(mark)}) ? 3_600_000 : 0);
`,
	);
	return {env: {NODE_OPTIONS: `--require=${preload}`}, jump: () => writeFileSync(mark, '')};
};

// Times were the machine's clock: a run during which it was set "took 0.0s", and so did every step and program.
test('a run during which the clock is set back took as long as it took, not 0.0s', async () => {
	const cwd = temporaryFolder();
	const buildah = hangingBuildah();
	const clock = clockThatJumpsBack();
	const program = startUnattended(['build', '--preset', 'rehearsal'], {cwd, env: {...buildah.env, ...clock.env}});
	await program.prints('Checking this machine', 60_000);
	clock.jump();
	const since = performance.now();
	await until(
		() => performance.now() - since > 300,
		() => 'This test’s own clock stands still',
	);
	const atLeast = performance.now() - since;
	buildah.open();
	expect(await program.exitCode(60_000)).toBe(3);

	const [id = ''] = readdirSync(join(cwd, 'build/runs'));
	const {startedAt, endedAt} = JSON.parse(readFileSync(join(cwd, 'build/runs', id, 'run.json'), 'utf8'));
	expect(endedAt - startedAt).toBeGreaterThanOrEqual(Math.floor(atLeast));
	expect(program.printed()).toContain(`took ${formatDuration(endedAt - startedAt)}.`);
	const times = parseEvents(readFileSync(join(cwd, 'build/runs', id, 'events.ndjson'), 'utf8')).map(({at}) => at);
	expect(times).toEqual(times.toSorted((a, b) => a - b));
});
