import {compareNumbers} from '../../../../text/numbers.ts';
import {type Command, targetOf} from './command-state.ts';

/** Comes after all numbered commands of its target. */
const afterCommands = 1_000_000;

/**
 * Where targets and commands stand in the text of the build. Targets that are needed at once are begun side by side, some
 * milliseconds apart and in another order each time; the commands that name them have numbers, which stay.
 */
export function createTextOrder() {
	/** For each target, the targets that need it and the number of the first command that does. */
	const users = new Map<string, Map<string, number>>();
	const placed = new Map<string, readonly number[]>();

	/** The smallest way to it from where the build begins: a target that several need belongs to the first. */
	const wayTo = (target: string, from: ReadonlySet<string>): readonly number[] => {
		const known = placed.get(target);
		if (known) return known;
		const ways = [...(users.get(target) ?? [])].flatMap(([user, number]) =>
			from.has(user) ? [] : [[...wayTo(user, new Set([...from, user])), number]],
		);
		const way = ways.toSorted(compareNumbers)[0] ?? [];
		placed.set(target, way);
		return way;
	};

	return {
		/** Whether it is news that this target, by this command of it, needs others. */
		seeUses(user: string, number: number | undefined, used: readonly string[]): boolean {
			let isNews = false;
			for (const target of used) {
				const numbers = users.get(target) ?? new Map<string, number>();
				users.set(target, numbers);
				const before = numbers.get(user) ?? Number.POSITIVE_INFINITY;
				const first = Math.min(before, number ?? afterCommands);
				isNews ||= first < before;
				numbers.set(user, first);
			}
			if (isNews) placed.clear();
			return isNews;
		},
		ofTarget: (target: string): readonly number[] => wayTo(target, new Set([target])),
	};
}

/** The number in TARGET/NUMBER. */
export function numberOf(command: Command): number | undefined {
	const number = command.id.slice((targetOf(command)?.length ?? -1) + 1);
	return /^\d{1,6}$/.test(number) ? Number(number) : undefined;
}
