import {createHash} from 'node:crypto';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {canvosBuilder} from '../../source/builders/canvos/index.ts';
import {startRun} from '../../source/commands/start-run.ts';
import {partOf} from '../../source/pipeline/plan.ts';
import {outputNames} from '../../source/settings/names.ts';
import type {Settings} from '../../source/settings/settings.ts';
import {catalogue} from '../../source/steps/index.ts';
import {fakeCanvos, stateOf} from '../builders/canvos/fake-canvos.ts';
import {startDaemon, type TestDaemon} from './docker/daemon.ts';
import {makeEarthlyStandIn} from './docker/stand-in.ts';

const started = await startDaemon();
if (typeof started === 'string') console.warn(`The build with a real Docker daemon is skipped: ${started}`);
const daemon = started as TestDaemon;

/** A run from source tree to collected ISO: all of it real but Earthly's own work, which is a recording. */
const build = async (canvos: Awaited<ReturnType<typeof fakeCanvos>>, settings: Settings) => {
	const run = await startRun({
		preset: 'canvos',
		settings,
		options: {smokeTest: false, push: false, fresh: false, yes: false, keepTree: false},
		builder: canvosBuilder,
		steps: partOf(catalogue(canvosBuilder), ['prepare-source', 'provider-image', 'installer-iso', 'collect']),
		workspace: canvos.c.workspace,
		env: {...canvos.c.host.env, ...daemon.env, XDG_STATE_HOME: join(daemon.folder, 'xdg')},
		version: '0.0.0',
		commandLine: 'edge-builder build',
	});
	const {outcome, state} = await run.finished;
	const outcomes = state.steps.map(({id, phase}) => [id, phase.kind === 'finished' ? phase.outcome : phase]);
	return {outcome, outcomes, runId: run.header.runId};
};

describe.skipIf(typeof started === 'string')('a CanvOS build in a real Docker daemon', () => {
	beforeAll(() =>
		makeEarthlyStandIn(daemon, 'us-docker.pkg.dev/palette-images/third-party/edge/earthly/earthly:v0.8.15'),
	);
	afterAll(() => daemon.remove());

	test('collects ISO and checksum, leaves nothing, and has nothing to do the second time', async () => {
		const canvos = await fakeCanvos({imageRegistry: 'localhost', isoName: 'installer'});
		const {settings, workspace} = canvos.c;
		const before = stateOf(canvos);
		// The recording loads no image, so it is put there.
		daemon.docker(
			'tag',
			'us-docker.pkg.dev/palette-images/third-party/edge/earthly/earthly:v0.8.15',
			outputNames(settings).providerImage,
		);

		const first = await build(canvos, settings);
		expect(first.outcomes.map(([, outcome]) => outcome)).toEqual(first.outcomes.map(() => ({kind: 'done'})));
		const iso = readFileSync(join(workspace.build, 'installer.iso'));
		expect(iso.toString()).toBe('+iso\n');
		expect(readFileSync(join(workspace.build, 'installer.iso.sha256'), 'utf8')).toBe(
			`${createHash('sha256').update(iso).digest('hex')}  installer.iso\n`,
		);
		expect(daemon.labelled(`edge-builder.run=${first.runId}`)).toEqual([]);
		expect(existsSync(join(workspace.state, 'temporary', first.runId))).toBe(false);
		expect(readdirSync(join(workspace.state, 'journal'))).toEqual([]);
		expect(stateOf(canvos)).toBe(before);

		const second = await build(canvos, settings);
		expect(second).toMatchObject({outcome: 'passed'});
		expect(second.outcomes.map(([, outcome]) => outcome)).toEqual(
			first.outcomes.map(() => expect.objectContaining({kind: 'skipped'})),
		);
	});
});
