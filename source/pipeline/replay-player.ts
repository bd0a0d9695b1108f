/** A recording's time, in milliseconds since its beginning; nothing in it ever falls. */
export type Timeline = {
	/** When something was said or done; the gauges of the machine, which tick all the time, aside. */
	sounds: readonly number[];
	/** When each step of the pipeline began. */
	steps: readonly number[];
	length: number;
};

/** Where a replay is, and how it goes on. `speed`: how many times as fast as it was. */
export type Player = {position: number; isPlaying: boolean; speed: number};

export const playerCommands = [
	'pause',
	'back',
	'forward',
	'previousStep',
	'nextStep',
	'begin',
	'end',
	'slower',
	'faster',
] as const;
export type PlayerCommand = (typeof playerCommands)[number];

/** Whether a key's command is for the player. */
export const isPlayerCommand = (command: string | undefined): command is PlayerCommand =>
	playerCommands.some(other => other === command);

/** The speeds to choose from; the last is called "max". */
export const speeds = [1, 2, 5, 10, 30, 100, 1000] as const;

/** A silence takes no longer than this to watch, whatever the speed. */
const longestSilenceMs = 2000;

/** How far a key goes, or what a second of playing is, if that is more. */
const seekMs = 10_000;

const fastestAtFirst = 100;

/** How fast to begin: so that the whole takes about a minute, at most a hundred times as fast as it was. */
export const firstSpeed = ({length}: Timeline): number =>
	speeds.find(speed => length / speed <= 90_000 || speed === fastestAtFirst) ?? fastestAtFirst;

/** The player after so much time of who watches: at its speed, over silences faster. At the end it stops. */
export function advance(player: Player, watchedMs: number, {sounds, length}: Timeline): Player {
	if (!player.isPlaying) return player;
	let {position} = player;
	let left = watchedMs;
	for (let next = countUpTo(sounds, position); position < length; next++) {
		const to = sounds[next] ?? length;
		const rate = Math.max(player.speed, (to - (sounds[next - 1] ?? 0)) / longestSilenceMs);
		const needed = (to - position) / rate;
		if (needed > left) return {...player, position: position + left * rate};
		left -= needed;
		position = to;
	}
	return {...player, position: length, isPlaying: false};
}

/** The player after a command. */
export function obey(player: Player, command: PlayerCommand, timeline: Timeline): Player {
	const {position, speed, isPlaying} = player;
	const {length, steps} = timeline;
	const goTo = (to: number): Player => {
		const within = Math.min(Math.max(to, 0), length);
		return {...player, position: within, isPlaying: isPlaying && within < length};
	};
	const step = Math.max(seekMs, speed * 1000);
	switch (command) {
		case 'pause':
			if (position >= length) return {...player, position: 0, isPlaying: length > 0};
			return {...player, isPlaying: !isPlaying};
		case 'back':
			return goTo(position - step);
		case 'forward':
			return goTo(position + step);
		case 'previousStep':
			// While it plays, the step that has only just begun is not the one that is meant.
			return goTo(steps.findLast(begun => begun < position - (isPlaying ? speed * 1000 : 0)) ?? 0);
		case 'nextStep':
			return goTo(steps.find(begun => begun > position) ?? length);
		case 'begin':
			return goTo(0);
		case 'end':
			return goTo(length);
		case 'slower':
			return {...player, speed: speeds.findLast(other => other < speed) ?? speed};
		case 'faster':
			return {...player, speed: speeds.find(other => other > speed) ?? speed};
		default:
			return command satisfies never;
	}
}

/** How many of these times, which never fall, are not after `at`. */
export function countUpTo(times: readonly number[], at: number): number {
	let low = 0;
	let high = times.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((times[middle] ?? 0) <= at) low = middle + 1;
		else high = middle;
	}
	return low;
}
