import fc from 'fast-check';
import {expect, test} from 'vitest';
import {createBacklog} from '../../source/host/backlog.ts';
import {createHost} from '../../source/host/real-host.ts';

test('a full backlog has room again when half of it is gone, and tells whoever waits', async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(fc.integer({min: -40, max: 60}), {maxLength: 60}), async changes => {
			const backlog = createBacklog(100);
			let waiting = 0;
			let wasFull = false;
			for (const change of changes) {
				const bytes = change < 0 ? -Math.min(-change, waiting) : change;
				waiting += bytes;
				let told = false;
				void backlog.room().then(() => {
					told = true;
				});
				if (bytes < 0) backlog.remove(-bytes);
				else backlog.add(bytes);
				wasFull = waiting > 100 || (wasFull && waiting > 50);
				expect(backlog.isFull()).toBe(wasFull);
				await new Promise(setImmediate);
				expect(told || backlog.isFull()).toBe(true);
			}
		}),
	);
});

// A disk slower than the program: what waited grew by as much as was printed.
test('a program that prints faster than the disk writes is held back, and all of it arrives', async () => {
	const mebibyte = 1024 * 1024;
	const backlog = createBacklog(2 * mebibyte);
	const host = await createHost({backlog});
	let [arrived, waiting, most] = [0, 0, 0];
	const disk = setInterval(() => {
		const written = Math.min(waiting, 512 * 1024);
		waiting -= written;
		backlog.remove(written);
	}, 1);
	try {
		await host.run({
			program: 'sh',
			args: ['-c', "yes '123456789 12345' | head -c 33554432"],
			onLines(text) {
				arrived += text.length + 1;
				waiting += text.length + 1;
				most = Math.max(most, waiting);
				backlog.add(text.length + 1);
			},
		});
	} finally {
		clearInterval(disk);
	}
	expect(arrived).toBe(32 * mebibyte);
	// What is read at once may come on top.
	expect(most).toBeLessThan(3 * mebibyte);
});

test('a program is cancelled while it is held back', async () => {
	const backlog = createBacklog(0);
	const host = await createHost({backlog});
	const stop = new AbortController();
	const running = await host.start({
		program: 'yes',
		args: [],
		signal: stop.signal,
		onLines(text) {
			backlog.add(text.length);
			stop.abort(new DOMException('stop', 'AbortError'));
		},
	});
	const gone = running.ended.catch((error: Error) => error.message);
	// The disk catches up with what came before.
	const disk = setInterval(() => backlog.isFull() && backlog.remove(Number.MAX_SAFE_INTEGER), 5);
	expect(await gone).toBe('stop');
	clearInterval(disk);
});
