// How often the readers of a run, its dashboard above all, are told at most.
const drawsPerSecond = 15;

/** Tells of many changes at once: `soon` calls `draw` after a moment, however often it is called till then; `now` at once. */
export function createRedrawTimer(draw: () => void) {
	let timer: NodeJS.Timeout | undefined;
	const now = () => {
		clearTimeout(timer);
		timer = undefined;
		draw();
	};
	return {
		now,
		soon() {
			timer ??= setTimeout(now, 1000 / drawsPerSecond).unref();
		},
	};
}
