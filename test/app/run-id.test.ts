import {expect, test} from 'vitest';
import {freeRunId} from '../../source/app/run-id.ts';
import {workspaceAt} from '../../source/pipeline/workspace.ts';

const now = Date.UTC(2026, 10, 22, 7, 30, 5);
const none = {exists: async () => false};

test('runs that begin in the same second in two workspaces have different ids, so neither ends the other’s children', async () => {
	const ids = new Set<string>();
	for (let count = 0; count < 20; count++) ids.add(await freeRunId(none, workspaceAt(`/w${count}`), 'edge', now));
	expect(ids.size).toBeGreaterThan(15);
});

test.each(['My Preset', 'ünï', '-rf', '..', 'a\nb', 'x'.repeat(300)])(
	'a preset file named %j gives an id that containers can bear',
	async preset => {
		expect(await freeRunId(none, workspaceAt('/w'), preset, now)).toMatch(
			/^2026-11-22T07-30-05-[a-zA-Z0-9_-]{1,64}-[0-9a-f]{4}$/,
		);
	},
);

test('an id that is taken is not given again', async () => {
	const asked: string[] = [];
	const exists = async (path: string) => asked.push(path) < 3;
	const id = await freeRunId({exists}, workspaceAt('/w'), 'edge', now);
	expect(asked).toHaveLength(3);
	expect(asked.at(-1)).toBe(`/w/build/runs/${id}`);
});
