type Shown = string | RegExp;

/** Presses keys and waits for what they bring, one step after the other: `['enter', 'Which Linux distribution?']`. */
export async function follow(
	screen: {press(...keys: string[]): void; shows(shown: Shown): Promise<unknown>},
	...steps: readonly (readonly [keys: string | readonly string[], shown: Shown])[]
): Promise<void> {
	for (const [keys, shown] of steps) {
		screen.press(...(typeof keys === 'string' ? [keys] : keys));
		await screen.shows(shown);
	}
}
