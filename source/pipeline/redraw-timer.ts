// How often the readers of a run, its dashboard above all, are told at most.
const drawsPerSecond = 15;
// Lines that pass so fast are not read, and to draw them would take the time from keys and from the program that prints.
const drawsPerSecondInStorm = 6;
const stormChanges = 10;

/** Tells of many changes at once: `soon` calls `draw` after a moment, however often it is called till then; `now` at once. */
export function createRedrawTimer(draw: () => void) {
	let timer: NodeJS.Timeout | undefined;
	let changes = 0;
	let isStorm = false;
	const now = () => {
		clearTimeout(timer);
		timer = undefined;
		isStorm = changes >= stormChanges;
		changes = 0;
		draw();
	};
	return {
		now,
		soon() {
			changes++;
			timer ??= setTimeout(now, 1000 / (isStorm ? drawsPerSecondInStorm : drawsPerSecond)).unref();
		},
	};
}
