import type {Host} from '../../source/host/host.ts';
import {preloading} from '../helpers/preload.ts';

/**
 * Waits of seconds become hundredths, those for a server that says nothing a twentieth: the product's patience is made for
 * the internet, and these servers are on this machine. Shorter waits, which measure something, stay.
 */
const shortOf = (ms: number) => (ms >= 10_000 ? ms / 20 : ms >= 350 ? ms / 100 : ms);

/** A host whose pauses are short. */
export const hasty = (host: Host): Host => ({...host, sleep: (ms, signal) => host.sleep(shortOf(ms), signal)});

/** Environment in which all waits of the program are short. */
export const shortWaits = (folder: string) =>
	preloading(
		folder,
		`const short = ms => ms >= 10000 ? ms / 20 : ms >= 350 ? ms / 100 : ms;
		const {setTimeout: wait} = globalThis;
		globalThis.setTimeout = Object.assign((work, ms, ...given) => wait(work, short(ms), ...given), wait);
		const promises = require('node:timers/promises');
		const {setTimeout: pause} = promises;
		promises.setTimeout = (ms, ...given) => pause(short(ms), ...given);`,
	);
