import {test} from 'vitest';
import type {BuildNode, PipelineEventBody} from '../../source/pipeline/events.ts';
import {follow} from '../helpers/follow.ts';
import {startProgram} from '../helpers/program.ts';
import {recordRun} from '../helpers/recorded-run.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const node = (id: string, name: string, more: Partial<BuildNode> = {}): PipelineEventBody => ({
	type: 'build-node',
	step: 'provider-image',
	node: {
		id,
		name,
		kind: 'command',
		parent: 'base',
		state: 'done',
		startedAt: Number(id.at(-1)) * 1000,
		endedAt: 125_000,
		...more,
	},
});

const own = (id: string, script: string) =>
	node(
		id,
		`RUN --mount=type=bind,source=edge-builder/steps,target=/mnt/edge-builder/steps bash /mnt/edge-builder/steps/${script}`,
	);

// Symptom: "RUN --mount=type=bind,source=edge-builder/steps,targ…" five times, among conditions that take no time, and
// "cancelled" in a build that passed. Cause: each command was shown as Earthly tells it.
test('the build tree has our steps by their names once it is unfolded, and folds to what matters', async () => {
	const cwd = temporaryFolder();
	const found = [
		node('base', '+base-image', {kind: 'target', parent: undefined, startedAt: 0}),
		node('base/2', 'IF [ "$IS_UKI" = "true" ]'),
		own('base/3', 'install-doca.sh'),
		own('base/4', 'install-modules.sh'),
		node('base/5', 'COPY --if-exists user-data /user-data', {state: 'cancelled'}),
	];
	recordRun(cwd, {preset: 'mine', found});
	const program = startProgram(['runs', 'replay', 'last', '--pace', '100000'], {cwd, columns: 80, rows: 24});
	await follow(
		program,
		[[], /at its end/],
		[['3', 'z'], /3 of 3 done.*✔ \+base-image 4 commands +2m 05s/s],
		['x', /IF \[ "\$IS_UKI" = "true" \].*Install DOCA.*Build driver modules.*COPY user-data \/user-data +skipped/s],
		['x', /✔ \+base-image 4 commands/],
	);
	program.press('q');
});
