import type {PipelineEvent} from '../pipeline/events.ts';
import {type ReadInto, readRecording} from '../pipeline/recording.ts';
import {advance, countUpTo, firstSpeed, obey, type Player} from '../pipeline/replay-player.ts';
import type {RunState} from '../pipeline/run-state.ts';
import {createRunStore} from '../pipeline/run-store.ts';
import type {OpenRun, PlayerView} from './actions-on-runs.ts';

// To draw the whole screen more often would only cost.
const tickMs = 100;
// More passed only when the program was stopped, as by Ctrl-Z.
const longestTickMs = 250;
// Each keeps the lines that were in sight at its place.
const mostCheckpoints = 24;

type Options = {
	/** Milliseconds since the epoch. */
	now(): number;
	/** How fast it plays at first; otherwise as the whole takes about a minute. */
	speed?: number;
	/** Where it begins: played from the beginning, or looked at as it ended. */
	at: 'beginning' | 'end';
	isDemo?: boolean;
	pieceBytes?: number;
};

/**
 * A recorded run to be played: its store shows what a live one showed at the place where the player is. `ending`: what is
 * known of it at the end of its record.
 */
export async function replayRun(
	readInto: ReadInto,
	{now, speed, at, isDemo = false, pieceBytes}: Options,
): Promise<OpenRun & {ending: RunState}> {
	const store = createRunStore();
	let checkpoints = [{index: 0, putBack: store.checkpoint()}];
	let apart = 1;
	let pieces = 0;
	const take = (events: readonly PipelineEvent[]) => {
		for (const event of events) store.accept(event);
	};
	const recording = await readRecording(
		readInto,
		(events, before) => {
			if (pieces++ % apart === 0 && before > 0) checkpoints.push({index: before, putBack: store.checkpoint()});
			if (checkpoints.length > mostCheckpoints) {
				checkpoints = checkpoints.filter((_, number) => number % 2 === 0);
				apart *= 2;
			}
			take(events);
		},
		{pieceBytes},
	);
	await store.close?.();
	const ending = store.getSnapshot().state;
	let player: Player = {
		position: at === 'end' ? recording.length : 0,
		isPlaying: at === 'beginning',
		speed: speed ?? firstSpeed(recording),
	};
	let shown = recording.times.length;
	const wanted = () => countUpTo(recording.times, player.position);

	async function goThere() {
		try {
			for (let to = wanted(); to !== shown; to = wanted()) {
				const nearest = checkpoints.findLast(({index}) => index <= to);
				if (nearest && (to < shown || nearest.index > shown)) {
					nearest.putBack();
					shown = nearest.index;
				}
				const end = Math.min(to, recording.endOfPiece(shown));
				if (end > shown) take(await recording.read(shown, end));
				shown = end;
			}
		} catch {
			// The record went from under us: what is shown stays.
			player = {...player, isPlaying: false};
			keepTime();
		}
		going = undefined;
		// Both at once, so that a screen is drawn once.
		void store.close?.();
		tell();
	}
	let going: Promise<void> | undefined;
	// Begun a moment later, so that `going` is known before it can end.
	const catchUp = () => {
		if (wanted() !== shown) going ??= Promise.resolve().then(goThere);
		return going ?? Promise.resolve();
	};

	const listeners = new Set<() => void>();
	let view = viewOf();
	function viewOf(): PlayerView {
		return {...player, length: recording.length, isDemo};
	}
	const tell = () => {
		view = viewOf();
		for (const listener of [...listeners]) listener();
	};
	let timer: NodeJS.Timeout | undefined;
	let tickedAt = 0;
	// Time goes by only for who watches.
	const keepTime = () => {
		const goesBy = player.isPlaying && listeners.size > 0;
		if (goesBy === (timer !== undefined)) return;
		clearInterval(timer);
		timer = goesBy ? setInterval(tick, tickMs) : undefined;
		tickedAt = now();
	};
	const show = (next: Player) => {
		player = next;
		keepTime();
		if (wanted() === shown && going === undefined) tell();
		return catchUp();
	};
	const tick = () => {
		const passed = Math.min(Math.max(0, now() - tickedAt), longestTickMs);
		tickedAt = now();
		void show(advance(player, passed, recording));
	};
	await catchUp();
	await store.close?.();
	return {
		...store,
		ending,
		player: {
			subscribe(listener) {
				listeners.add(listener);
				keepTime();
				return () => {
					listeners.delete(listener);
					keepTime();
				};
			},
			getSnapshot: () => view,
			obey: command => show(obey(player, command, recording)),
		},
	};
}
