import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {expect, test} from 'vitest';
import {listRuns} from '../../source/app/past-runs.ts';
import {eventsOf} from '../../source/app/recorded-events.ts';
import {workspaceAt} from '../../source/pipeline/workspace.ts';
import {fakeHost} from '../helpers/fake-host.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const begin = (at: number) =>
	`${JSON.stringify({seq: 1, at, type: 'run-started', run: {preset: 'edge', rehearsal: false}, plan: [{id: 'provider-image', title: '', done: ''}], settings: {}})}\n`;

/** A workspace whose `build/runs` has these files. */
const placeWith = (files: Record<string, string>) => {
	const workspace = workspaceAt(temporaryFolder());
	for (const [name, text] of Object.entries(files)) {
		mkdirSync(dirname(join(workspace.runs, name)), {recursive: true});
		writeFileSync(join(workspace.runs, name), text);
	}
	return {host: fakeHost(), workspace};
};

test.each([
	'',
	'null',
	'[]',
	'{"outcome": "toString"}',
	'{"outcome": "passed"}',
	'{"outcome',
	'{"outcome": "passed", "preset": "edge", "startedAt": 1, "steps": [{}]}',
	'{"outcome": "failed", "preset": "edge", "startedAt": 1, "steps": [{"outcome": {"kind": "failed"}}]}',
	'{"outcome": "passed", "preset": "edge", "startedAt": "today", "steps": []}',
])('a run.json with %j hides neither its run nor the others', async manifest => {
	const place = placeWith({
		'2026-11-22T07-00-00-edge-0001/events.ndjson': begin(1),
		'2026-11-22T07-00-00-edge-0001/run.json': manifest,
		'2026-11-22T06-00-00-edge-0002/events.ndjson': begin(0),
	});
	expect((await listRuns(place)).map(({id, outcome}) => [id, outcome])).toEqual([
		['2026-11-22T07-00-00-edge-0001', 'interrupted'],
		['2026-11-22T06-00-00-edge-0002', 'interrupted'],
	]);
});

test('the last run is the newest that is one, whatever else lies there', async () => {
	const place = placeWith({
		'2026-11-22T07-00-00-edge-0001/events.ndjson': begin(7),
		'2026-11-23T07-00-00-empty-0002/logs/x.log': '',
		'zzz.txt': 'a note',
		'zzz/events.ndjson': 'no JSON at all\n',
		'zzy/events.ndjson': '{"type": "run-started"}\n',
		'zzx/events.ndjson': '{"type": "run-started", "at": 9, "run": {"preset": "edge"}, "plan": null}\n',
		'zzw/events.ndjson': 'null\n',
	});
	expect(await listRuns(place)).toHaveLength(1);
	expect((await eventsOf(place, 'last'))[0]?.at).toBe(7);
});

test.each(['..', '../runs/2026-11-22T07-00-00-edge-0001', '.', '', '/etc'])('%j is no run', async id => {
	const place = placeWith({'2026-11-22T07-00-00-edge-0001/events.ndjson': begin(7)});
	await expect(eventsOf(place, id)).rejects.toThrow('There is no run');
});

test('a damaged record is told as that, with its line', async () => {
	const place = placeWith({'2026-11-22T07-00-00-edge-0001/events.ndjson': `${begin(7)}\u0000\u0000\n${begin(8)}`});
	await expect(eventsOf(place, '2026-11-22T07-00-00-edge-0001')).rejects.toThrow('Line 2 of the event log');
});
