/** Fails when nothing moved for `ms`; time in which we ourselves paused doesn't count. */
export const createStallWatch = (ms: number, onStall: () => void) => {
	let pauses = 0;
	const timer = setTimeout(() => (pauses > 0 ? timer.refresh() : onStall()), ms);
	return {
		moved: () => void timer.refresh(),
		async pausing(until: Promise<unknown>) {
			pauses++;
			try {
				await until;
			} finally {
				pauses--;
				timer.refresh();
			}
		},
		end: () => clearTimeout(timer),
	};
};

export type StallWatch = ReturnType<typeof createStallWatch>;
