import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import type {Builder} from '../../source/builders/builder.ts';
import type {Artifact} from '../../source/pipeline/events.ts';
import type {Receipt, StepContext} from '../../source/pipeline/step.ts';
import {workspaceAt} from '../../source/pipeline/workspace.ts';
import {collect, collectedPaths} from '../../source/steps/collect-artifacts.ts';
import {fakeHost} from '../helpers/fake-host.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

/** A workspace in which an ISO was collected, and its receipt. */
const collected = async () => {
	const root = temporaryFolder();
	const made = join(root, 'made.iso');
	writeFileSync(made, 'the ISO');
	const artifacts: Artifact[] = [];
	const c = {
		host: fakeHost(),
		workspace: workspaceAt(root),
		names: {isoFile: 'x.iso', checksumFile: 'x.iso.sha256'},
		signal: new AbortController().signal,
		report: {progress: () => undefined, artifact: (artifact: Artifact) => artifacts.push(artifact)},
	} as unknown as StepContext;
	mkdirSync(c.workspace.build, {recursive: true});
	const step = collect({isoOutput: () => made} as unknown as Builder);
	await step.run(c);
	return {...collectedPaths(c), missing: () => step.missing?.(c, {artifacts} as unknown as Receipt)};
};

test('ISO and checksum lie in build/, and nothing is missing', async () => {
	const {iso, checksum, missing} = await collected();
	expect(readFileSync(iso, 'utf8')).toBe('the ISO');
	expect(readFileSync(checksum, 'utf8')).toMatch(/^[0-9a-f]{64} {2}x\.iso\n$/);
	expect(await missing()).toBeUndefined();
});

test('an ISO that was replaced is made again', async () => {
	const {iso, missing} = await collected();
	writeFileSync(iso, 'another');
	expect(await missing()).toBe('x.iso was changed');
});

test('a checksum that was changed is written again, or its verification would fail for ever', async () => {
	const {checksum, missing} = await collected();
	writeFileSync(checksum, `${'0'.repeat(64)}  x.iso\n`);
	expect(await missing()).toBe('x.iso.sha256 was changed');
});
