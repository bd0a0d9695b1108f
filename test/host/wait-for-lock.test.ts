import {join} from 'node:path';
import {expect, test} from 'vitest';
import {waitForLock} from '../../source/host/wait-for-lock.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

test('turns are taken one after the other, and whoever waits is told once', async () => {
	const name = join(temporaryFolder(), 'turn');
	const order: string[] = [];
	const first = await waitForLock(name);
	const second = waitForLock(name, {onWait: () => order.push('waiting')}).then(async release => {
		order.push('second');
		await release();
	});
	await new Promise(resolve => setTimeout(resolve, 150));
	order.push('first done');
	await first();
	await second;
	expect(order).toEqual(['waiting', 'first done', 'second']);
});

test('waiting for a turn ends with the run, and with patience', async () => {
	const name = join(temporaryFolder(), 'turn');
	const release = await waitForLock(name);
	await expect(waitForLock(name, {signal: AbortSignal.timeout(80)})).rejects.toThrow();
	await expect(waitForLock(name, {patienceMs: 80})).rejects.toMatchObject({code: 'turn-timeout'});
	await release();
	await (await waitForLock(name))();
});
