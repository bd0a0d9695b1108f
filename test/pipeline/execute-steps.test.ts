import {mkdtempSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {FixableError, ToolError} from '../../source/errors.ts';
import {realFiles} from '../../source/host/files.ts';
import {createStream} from '../../source/pipeline/event-stream.ts';
import type {PipelineEvent, StepId} from '../../source/pipeline/events.ts';
import {executeRun} from '../../source/pipeline/execute-steps.ts';
import {initialRunState, reduceRun} from '../../source/pipeline/run-state.ts';
import type {RunOptions, Step, StepContext} from '../../source/pipeline/step.ts';
import {runFolderOf, workspaceAt} from '../../source/pipeline/workspace.ts';
import type {OutputNames} from '../../source/settings/output-names.ts';
import type {Settings} from '../../source/settings/settings.ts';
import {fakeHost} from '../helpers/fake-host.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const options: RunOptions = {smokeTest: true, push: false, fresh: false, yes: true, keepTree: false};

const step = (id: StepId, after: readonly StepId[], more: Partial<Step> = {}): Step => ({
	id,
	title: `Doing ${id}`,
	done: `${id} done`,
	after,
	exit: 'build',
	run: async () => undefined,
	...more,
});

const run = async (
	steps: Step[],
	{root = temporaryFolder(), signal = new AbortController().signal, runId = 'run-1', fresh = false, version = '0'} = {},
) => {
	const events: PipelineEvent[] = [];
	const stream = createStream({
		now: Date.now,
		onBroken: () => undefined,
		sinks: [{accept: event => events.push(event)}],
	});
	const workspace = workspaceAt(root);
	const folder = runFolderOf(workspace, runId);
	const end = await executeRun({
		steps,
		stream,
		signal,
		publicSettings: {},
		header: {
			runId,
			preset: 'test',
			builder: 'rehearsal',
			rehearsal: true,
			version,
			workspace: root,
			folder: folder.folder,
			imageReference: 'localhost/x:1',
			isoName: 'x.iso',
		},
		context: {
			settings: {} as Settings,
			names: {providerImage: 'localhost/x:1', isoFile: 'x.iso'} as OutputNames,
			options: {...options, fresh},
			workspace,
			run: folder,
			host: fakeHost(),
			makeReady: async () => false,
		},
	});
	const state = events.reduce(reduceRun, initialRunState);
	const outcomeOf = (id: StepId) => {
		const phase = state.steps.find(other => other.id === id)?.phase;
		return phase?.kind === 'finished' ? phase.outcome : phase?.kind;
	};
	return {...end, events, state, outcomeOf, root};
};

describe('a run', () => {
	test('runs independent steps side by side and dependent ones after', async () => {
		const order: string[] = [];
		let other: () => void = () => undefined;
		const bothStarted = new Promise<void>(resolve => {
			other = resolve;
		});
		const {outcome, exitCode} = await run([
			step('check-host', [], {
				run: async () => {
					order.push('first');
					return undefined;
				},
			}),
			// Neither could end if they ran one after the other.
			step('fetch-firmware', ['check-host'], {run: () => bothStarted.then(() => undefined)}),
			step('prepare-source', ['check-host'], {
				run: async () => {
					other();
					return undefined;
				},
			}),
			step('provider-image', ['fetch-firmware', 'prepare-source'], {
				run: async () => {
					order.push('last');
					return undefined;
				},
			}),
		]);
		expect({outcome, exitCode, order}).toEqual({outcome: 'passed', exitCode: 0, order: ['first', 'last']});
	});

	test('a failed step ends its siblings, its followers never start, and its exit code counts', async () => {
		let siblingWasCancelled = false;
		const {outcome, exitCode, outcomeOf} = await run([
			step('fetch-firmware', [], {
				exit: 'firmware',
				run: async () => {
					throw new FixableError('firmware-checksum', 'x.bfb does not match', {hint: 'Delete it.'});
				},
			}),
			step('prepare-source', [], {
				run: c =>
					new Promise((_, reject) => {
						c.signal.addEventListener('abort', () => {
							siblingWasCancelled = true;
							reject(c.signal.reason);
						});
					}),
			}),
			step('provider-image', ['fetch-firmware', 'prepare-source']),
		]);
		expect({outcome, exitCode}).toEqual({outcome: 'failed', exitCode: 4});
		expect(siblingWasCancelled).toBe(true);
		expect(outcomeOf('fetch-firmware')).toMatchObject({
			kind: 'failed',
			failure: {code: 'firmware-checksum', message: 'x.bfb does not match', hint: 'Delete it.'},
		});
		expect(outcomeOf('prepare-source')).toEqual({kind: 'cancelled'});
		expect(outcomeOf('provider-image')).toBe('waiting');
	});

	test('a failed verification lets its sibling finish, so that all verdicts are there', async () => {
		const {exitCode, outcomeOf} = await run([
			step('verify-image', [], {
				exit: 'verification',
				run: async () => {
					throw new FixableError('image-verification', 'wrong');
				},
			}),
			step('verify-iso', [], {
				exit: 'verification',
				run: async () => new Promise(resolve => setTimeout(() => resolve(undefined), 20)),
			}),
			step('push', ['verify-image', 'verify-iso']),
		]);
		expect(exitCode).toBe(6);
		expect(outcomeOf('verify-iso')).toEqual({kind: 'done'});
		expect(outcomeOf('push')).toBe('waiting');
	});

	test('every cleanup runs exactly once, last first, even when one fails', async () => {
		const undone: string[] = [];
		const {outcome, events} = await run([
			step('check-host', [], {
				run: async c => {
					c.cleanup.add('a', async () => void undone.push('a'));
					c.cleanup.add('b', () => Promise.reject(new Error('stuck')));
					const early = c.cleanup.add('c', async () => void undone.push('c'));
					c.cleanup.add('d', async () => void undone.push('d'));
					await early();
					return undefined;
				},
			}),
		]);
		expect(outcome).toBe('passed');
		expect(undone).toEqual(['c', 'd', 'a']);
		expect(JSON.stringify(events)).toContain('Cleaning up (b) failed: stuck');
		expect(events.at(-1)?.type).toBe('run-finished');
	});

	test('a cancelled run exits with 130, cleans up, and is no failure', async () => {
		const controller = new AbortController();
		const undone: string[] = [];
		const {outcome, exitCode, outcomeOf} = await run(
			[
				step('provider-image', [], {
					run: c =>
						new Promise((_, reject) => {
							c.cleanup.add('tree', async () => void undone.push('tree'));
							c.signal.addEventListener('abort', () => reject(c.signal.reason));
							controller.abort(new DOMException('stop', 'AbortError'));
						}),
				}),
				step('installer-iso', ['provider-image']),
			],
			{signal: controller.signal},
		);
		expect({outcome, exitCode, undone}).toEqual({outcome: 'cancelled', exitCode: 130, undone: ['tree']});
		expect(outcomeOf('provider-image')).toEqual({kind: 'cancelled'});
	});

	test('a program that the second Ctrl-C killed makes no failure of a cancelled run', async () => {
		const controller = new AbortController();
		const {outcome, exitCode, events} = await run(
			[
				step('provider-image', [], {
					run: async () => {
						controller.abort(new DOMException('stop', 'AbortError'));
						throw new ToolError('buildah', 'buildah was ended by SIGKILL');
					},
				}),
			],
			{signal: controller.signal},
		);
		expect({outcome, exitCode}).toEqual({outcome: 'cancelled', exitCode: 130});
		expect(JSON.stringify(events)).toContain('Ended by the stop: buildah was ended by SIGKILL');
	});

	test('a Ctrl-C while only the cleaning up is left takes nothing back', async () => {
		const controller = new AbortController();
		const {outcome, exitCode} = await run(
			[
				step('profile', [], {
					run: async c => {
						c.cleanup.add('tree', async () => controller.abort(new DOMException('stop', 'AbortError')));
						return undefined;
					},
				}),
			],
			{signal: controller.signal},
		);
		expect({outcome, exitCode}).toEqual({outcome: 'passed', exitCode: 0});
	});

	test('an undo that throws before it is a promise keeps no other from running', async () => {
		const undone: string[] = [];
		const {outcome, events} = await run([
			step('check-host', [], {
				run: async c => {
					c.cleanup.add('first', async () => void undone.push('first'));
					c.cleanup.add('second', () => {
						throw new Error('stuck');
					});
					return undefined;
				},
			}),
		]);
		expect({outcome, undone}).toEqual({outcome: 'passed', undone: ['first']});
		expect(JSON.stringify(events)).toContain('Cleaning up (second) failed: stuck');
	});

	test('our own mistake is told as ours, with exit code 1', async () => {
		const {exitCode, outcomeOf} = await run([
			step('check-host', [], {
				run: async () => {
					throw new TypeError('x is not a function');
				},
			}),
		]);
		expect(exitCode).toBe(1);
		expect(outcomeOf('check-host')).toMatchObject({
			failure: {code: 'bug', message: 'This is our bug: x is not a function'},
		});
	});

	test('a full disk is told as that, with what to do', async () => {
		const {exitCode, outcomeOf} = await run([
			step('prepare-source', [], {
				run: async () => {
					throw Object.assign(new Error('ENOSPC: no space left on device, write'), {code: 'ENOSPC', path: '/w/x'});
				},
			}),
		]);
		expect(exitCode).toBe(5);
		expect(outcomeOf('prepare-source')).toMatchObject({
			failure: {code: 'disk-full', message: 'No space is left on the disk for /w/x'},
		});
	});
});

describe('a second run', () => {
	const built: string[] = [];
	let color = 'red';
	let imageIsThere = true;
	const steps = () => [
		step('prepare-source', [], {
			neededBy: ['provider-image'],
			run: async () => {
				built.push('source');
				return undefined;
			},
		}),
		step('provider-image', ['prepare-source'], {
			inputs: async () => ({settings: {color}}),
			missing: async () => (imageIsThere ? undefined : 'the image is gone'),
			run: async (c: StepContext) => {
				built.push('image');
				c.report.artifact({kind: 'provider-image', ref: 'localhost/x:1', sha256: 'abc'});
				return undefined;
			},
		}),
	];
	const root = mkdtempSync(join(tmpdir(), 'edge-builder-test-'));
	afterAll(() => rmSync(root, {recursive: true, force: true}));

	test('does everything the first time', async () => {
		await run(steps(), {root});
		expect(built.splice(0)).toEqual(['source', 'image']);
	});

	test('with nothing changed does nothing, says why, and still names the artifacts', async () => {
		const {outcomeOf, state} = await run(steps(), {root, runId: 'run-2'});
		expect(built.splice(0)).toEqual([]);
		expect(outcomeOf('provider-image')).toEqual({kind: 'skipped', reason: 'nothing changed since run run-1'});
		expect(outcomeOf('prepare-source')).toEqual({kind: 'skipped', reason: 'what it is needed for is unchanged'});
		expect(state.steps.flatMap(({artifacts}) => artifacts)).toEqual([
			{kind: 'provider-image', ref: 'localhost/x:1', sha256: 'abc'},
		]);
	});

	test('runs again when an input changed, and names the input', async () => {
		color = 'blue';
		const {events} = await run(steps(), {root});
		expect(built.splice(0)).toEqual(['source', 'image']);
		expect(JSON.stringify(events)).toContain('Runs because settings.color changed.');
	});

	test('runs again when the result is gone', async () => {
		imageIsThere = false;
		const {events} = await run(steps(), {root});
		expect(built.splice(0)).toEqual(['source', 'image']);
		expect(JSON.stringify(events)).toContain('Runs because the image is gone.');
		imageIsThere = true;
	});

	test('does everything when a fresh run is asked for', async () => {
		await run(steps(), {root, fresh: true});
		expect(built.splice(0)).toEqual(['source', 'image']);
	});

	test('never trusts a receipt of a run that failed in the middle', async () => {
		color = 'green';
		const failing = steps().map(one =>
			one.id === 'provider-image' ? {...one, run: () => Promise.reject(new FixableError('x', 'broken'))} : one,
		);
		await run(failing, {root});
		color = 'blue';
		built.splice(0);
		await run(steps(), {root});
		expect(built.splice(0)).toEqual(['source', 'image']);
	});
});

test('an ISO is made again when the image it is made from was, though nothing else about it changed', async () => {
	const root = temporaryFolder();
	const made: string[] = [];
	let overlay = 'one';
	let imageId = '';
	const steps = () => [
		step('prepare-source', [], {neededBy: ['provider-image', 'collect']}),
		step('provider-image', ['prepare-source'], {
			inputs: async () => ({overlay}),
			run: async () => {
				imageId = `image of ${overlay}`;
				return undefined;
			},
		}),
		step('installer-iso', ['provider-image'], {neededBy: ['collect']}),
		step('collect', ['installer-iso'], {
			inputs: async () => ({image: imageId}),
			run: async () => {
				made.push(`ISO of ${imageId}`);
				return undefined;
			},
		}),
	];
	await run(steps(), {root});
	const unchanged = await run(steps(), {root});
	expect(unchanged.outcomeOf('prepare-source')).toMatchObject({kind: 'skipped'});
	expect(made).toEqual(['ISO of image of one']);
	overlay = 'two';
	const changed = await run(steps(), {root});
	expect(changed.outcomeOf('installer-iso')).toEqual({kind: 'done'});
	expect(made).toEqual(['ISO of image of one', 'ISO of image of two']);
});

test('what another version of the program did is done again', async () => {
	const root = temporaryFolder();
	const steps = [step('verify-image', [], {inputs: async () => ({image: 'same'})})];
	await run(steps, {root, version: '1.0.0'});
	expect((await run(steps, {root, version: '1.0.0'})).outcomeOf('verify-image')).toMatchObject({kind: 'skipped'});
	expect((await run(steps, {root, version: '1.1.0'})).outcomeOf('verify-image')).toEqual({kind: 'done'});
});

test('a receipt is readable by its owner only', async () => {
	const root = temporaryFolder();
	await run([step('collect', [], {inputs: async () => ({userData: 'token'})})], {root});
	const workspace = workspaceAt(root);
	const [slot = ''] = await realFiles.list(join(workspace.state, 'receipts'));
	expect(statSync(join(workspace.state, 'receipts', slot, 'collect.json')).mode & 0o777).toBe(0o600);
});

test('steps that wait for each other are found before anything runs', async () => {
	await expect(run([step('check-host', ['push']), step('push', ['check-host'])])).rejects.toThrow(
		/check-host → push → check-host/,
	);
});

test('logs of a failed step are named where they are', async () => {
	const {outcomeOf, root} = await run([step('push', [], {run: () => Promise.reject(new FixableError('x', 'y'))})]);
	expect(outcomeOf('push')).toMatchObject({failure: {log: join(root, 'build/runs/run-1/logs/push.log')}});
});
