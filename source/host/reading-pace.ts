import type {Readable} from 'node:stream';
import type {Backlog} from './backlog.ts';
import {elapsed} from './clock.ts';

// A key takes several turns of the event loop from the terminal to the screen, each of which may wait so long.
const turnMs = 3;

/**
 * Reads a stream no faster than its text is dealt with: it stops while too much waits to be written, which in the end
 * stops the program that prints, and after some milliseconds of a storm keys and screen get their turn.
 * @param take Gets what arrives.
 */
export function readAtPace(stream: Readable, take: (bytes: Buffer) => void, backlog: Backlog): {isHeld(): boolean} {
	let turnBegan = elapsed();
	let isHeld = false;
	const goOn = () => {
		isHeld = false;
		turnBegan = elapsed();
		stream.resume();
	};
	const hold = (until: (goOn: () => void) => void) => {
		isHeld = true;
		stream.pause();
		until(goOn);
	};
	stream.on('data', (bytes: Buffer) => {
		take(bytes);
		if (backlog.isFull()) hold(next => void backlog.room().then(next));
		else if (elapsed() - turnBegan > turnMs) hold(setImmediate);
	});
	return {isHeld: () => isHeld};
}
