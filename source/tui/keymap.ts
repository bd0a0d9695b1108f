import type {PlayerCommand} from '../pipeline/replay-player.ts';
import {type Binding, back, digits, help, leave, moving, opening} from './bindings.ts';
import type {KeyPress} from './key-press.ts';
import {sheetKeymaps} from './sheet-keymaps.ts';

const ended = {
	menu: {keys: ['enter'], does: 'Back to the menu', hint: 'menu'},
	quit: {keys: ['q', 'ctrl+c'], does: 'Quit', hint: 'quit'},
} as const satisfies Record<string, Binding>;

const failed = {
	retry: {keys: ['r'], does: 'Try again from where it stopped', hint: 'retry'},
	change: {keys: ['e'], does: 'Change the answers', hint: 'change answers'},
	log: {keys: ['l'], does: 'Read the log of the step that failed', hint: 'log'},
	doctor: {keys: ['m'], does: 'Check this machine', hint: 'check machine'},
	...ended,
} as const satisfies Record<string, Binding>;

// The arrows' own meaning, to go to another pane, is left to Tab there.
// In front of the ways out: what fits into the footer of a narrow screen.
const goingBy = {
	pause: {keys: ['space'], does: 'Pause, and go on; at the end, play it again', hint: 'pause'},
	back: {keys: ['left'], does: 'Back by 10 seconds, or by a second of watching if that is more', hint: 'seek'},
	forward: {keys: ['right'], does: 'On by as much'},
} as const satisfies Partial<Record<PlayerCommand, Binding>>;

const playing = {
	...goingBy,
	previousStep: {keys: ['['], does: 'To the beginning of the step before'},
	nextStep: {keys: [']'], does: 'To the next step', hint: 'step'},
	slower: {keys: ['<', ','], does: 'Slower'},
	faster: {keys: ['>', '.'], does: 'Faster; silences are cut to two seconds at any speed', hint: 'faster'},
	begin: {keys: ['home'], does: 'To the beginning'},
	end: {keys: ['end'], does: 'To the end'},
} as const satisfies Record<PlayerCommand, Binding>;

/** What means something else in a replay than it does to the panes. */
export const playerKeys: readonly string[] = Object.values<Binding>(playing).flatMap(({keys}) => keys);

const toPastRuns = {keys: ['enter', 'escape'], does: 'Back to past runs', hint: 'back'} as const;

const choosing = {
	up: {keys: ['up', 'k', 'shift+tab'], does: 'Mark the answer before'},
	down: {keys: ['down', 'j', 'tab'], does: 'Mark the next answer'},
	choose: {keys: ['enter', 'space'], does: 'Give the marked answer'},
} as const satisfies Record<string, Binding>;

/** All shortcuts of the program, by screen. Help and footers are made from this table. */
export const keymaps = {
	...sheetKeymaps,
	menu: {
		...moving,
		choose: {keys: opening, does: 'Open the marked entry', hint: 'choose'},
		pick: {keys: digits, does: 'Open the entry with this number'},
		attach: {keys: ['a'], does: 'Watch the run that goes on in another terminal', hint: 'attach'},
		help,
		quit: {keys: ['q', 'escape'], does: 'Quit', hint: 'quit'},
		leave,
	},
	list: {
		...moving,
		choose: {keys: opening, does: 'Choose the marked entry', hint: 'choose'},
		pick: {keys: digits, does: 'Choose the entry with this number'},
		help,
		back,
		leave,
	},
	presets: {
		...moving,
		choose: {keys: [...opening, 'e'], does: 'See all of it, change it, build it', hint: 'review'},
		pick: {keys: digits, does: 'The same by its number'},
		start: {keys: ['b'], does: 'Build it at once', hint: 'build'},
		duplicate: {keys: ['s'], does: 'Save it under another name, too', hint: 'save as'},
		rename: {keys: ['r'], does: 'Give it another name'},
		remove: {keys: ['d', 'delete'], does: 'Delete it', hint: 'delete'},
		undo: {keys: ['u'], does: 'Bring back what was deleted last'},
		import: {keys: ['i'], does: 'Import a preset or a .arg', hint: 'import'},
		export: {keys: ['x'], does: 'Write its file somewhere else'},
		compare: {keys: ['c'], does: 'Compare it with another one', hint: 'compare'},
		help,
		back,
		leave,
	},
	question: {
		yes: {keys: ['y', 'Y'], does: 'Yes', hint: 'yes'},
		no: {keys: ['n', 'N', 'escape', 'q'], does: 'No', hint: 'no'},
		leave: {keys: ['ctrl+c'], does: 'Leave without waiting'},
	},
	stopQuestion: {
		...choosing,
		stop: {keys: ['y', 'Y', 's'], does: 'Stop it'},
		keep: {keys: ['n', 'N', 'escape', 'q'], does: 'Keep going'},
		lines: {keys: ['d'], does: 'Go on without a view'},
		now: {keys: ['ctrl+c'], does: 'Stop it without another answer'},
	},
	leaveQuestion: {
		...choosing,
		leave: {keys: ['l', 'q', 'ctrl+c'], does: 'Leave it running'},
		stop: {keys: ['y', 'Y', 's'], does: 'Stop it'},
		keep: {keys: ['n', 'N', 'escape'], does: 'Keep watching'},
	},
	filter: {
		up: moving.up,
		down: moving.down,
		choose: {keys: opening, does: 'Show these lines'},
		leave: {keys: ['escape', 'ctrl+c', 'f', 'q'], does: 'Leave it as it is'},
	},
	dashboard: {
		nextPane: {keys: ['tab', 'right'], does: 'Go to the next pane', hint: 'pane'},
		previousPane: {keys: ['shift+tab', 'left'], does: 'Go to the pane before'},
		pane: {keys: ['1', '2', '3', '4', '5', '6', '7', '8'], does: 'Go to the pane with this number'},
		zoom: {keys: ['z', '+'], does: 'Give the pane the whole screen, and back', hint: 'zoom'},
		arrange: {keys: ['L'], does: 'Give more room to the log, to the tree, or the same to both'},
		...moving,
		follow: {keys: ['escape'], does: 'Follow the running step and the newest lines'},
		search: {keys: ['/'], does: 'Search in the log', hint: 'search'},
		nextMatch: {keys: ['n'], does: 'Go to the next match'},
		previousMatch: {keys: ['N', 'p'], does: 'Go to the match before'},
		nextError: {keys: ['e'], does: 'Go to the next line that tells of an error', hint: 'error'},
		filter: {keys: ['f'], does: 'Choose which lines of the log are shown', hint: 'filter'},
		times: {keys: ['t'], does: 'Show when each line came: since the step began, by the clock, not at all'},
		copyLine: {keys: ['c'], does: 'Copy the marked line, or the newest one in sight'},
		copyAll: {keys: ['C'], does: 'Copy the lines in sight'},
		pager: {keys: ['o'], does: 'Open the whole log in $PAGER'},
		editor: {keys: ['O'], does: 'Open the whole log in $EDITOR'},
		wrap: {keys: ['w'], does: 'Wrap long lines, or cut them'},
		unfold: {keys: ['x'], does: 'Unfold the whole build tree, or fold it'},
		lines: {keys: ['d'], does: 'Leave the view for plain lines, and back', hint: 'leave view'},
		help,
		stop: {keys: ['q', 'ctrl+c'], does: 'Stop the build, after asking', hint: 'stop'},
	},
	watching: {
		back: {keys: ['enter', 'escape'], does: 'Back; it goes on', hint: 'back'},
		leave: {keys: ['q', 'ctrl+c'], does: 'Leave it or stop it, after asking', hint: 'leave'},
	},
	ended,
	lookingBack: {...ended, menu: toPastRuns},
	replay: {...goingBy, ...ended, menu: toPastRuns, ...playing},
	demo: {
		...goingBy,
		...ended,
		menu: {keys: ['enter', 'escape'], does: 'Back to the menu', hint: 'menu'},
		...playing,
	},
	doctor: {
		...moving,
		fix: {keys: ['f', 'enter'], does: 'Show the command that fixes it, and ask', hint: 'fix'},
		fixAll: {keys: ['a'], does: 'Show all commands that fix something, and ask', hint: 'fix all'},
		recheck: {keys: ['r'], does: 'Check again', hint: 're-check'},
		help,
		back,
		leave,
	},
	runs: {
		...moving,
		choose: {keys: opening, does: 'Look at the marked run', hint: 'look'},
		pick: {keys: digits, does: 'Look at the run with this number'},
		again: {keys: ['a'], does: 'Do the same again', hint: 'again'},
		change: {keys: ['e'], does: 'See what it built, change it, build that', hint: 'change'},
		compare: {keys: ['c'], does: 'Compare it with another one', hint: 'compare'},
		report: {keys: ['p'], does: 'Open its report in the browser, or show where it is', hint: 'report'},
		remove: {keys: ['d', 'delete'], does: 'Delete its record, after asking', hint: 'delete'},
		help,
		back,
		leave,
	},
	failed,
	lookingBackAtFailed: {...failed, menu: toPastRuns},
	replayOfFailed: {...failed, menu: toPastRuns, ...playing},
	isos: {
		...moving,
		choose: {keys: [...opening, 'v'], does: 'Verify what is on the marked ISO', hint: 'verify'},
		pick: {keys: digits, does: 'Verify the ISO with this number'},
		boot: {keys: ['b'], does: 'Boot it once and ask the live system', hint: 'smoke test'},
		image: {keys: ['i'], does: 'Verify the provider image that it was made from', hint: 'its image'},
		help,
		back,
		leave,
	},
	cleaning: {
		...moving,
		choose: {keys: ['space', 'right'], does: 'Choose what is marked, or leave it', hint: 'choose'},
		all: {keys: ['a'], does: 'Choose all but firmware, or nothing'},
		remove: {keys: ['enter', 'd'], does: 'Remove what is chosen, after asking', hint: 'remove'},
		help,
		back,
		leave,
	},
	reading: {
		up: {keys: ['up', 'k'], does: 'Scroll up', hint: 'scroll'},
		down: {keys: ['down', 'j', 'space'], does: 'Scroll down'},
		pageUp: {keys: ['pageup'], does: 'Scroll up by a page'},
		pageDown: {keys: ['pagedown'], does: 'Scroll down by a page'},
		back: {keys: ['escape', 'q', 'left', 'enter', 'ctrl+b'], does: 'Go back', hint: 'back'},
		leave,
	},
} as const satisfies Record<string, Record<string, Binding>>;

export type Scope = keyof typeof keymaps;
export type CommandOf<S extends Scope> = keyof (typeof keymaps)[S];

/** The command that this key gives on this screen. */
export function commandOf<S extends Scope>(scope: S, {key}: KeyPress): CommandOf<S> | undefined {
	const bindings: Record<string, Binding> = keymaps[scope];
	for (const name in bindings) if (bindings[name]?.keys.includes(key)) return name as CommandOf<S>;
	return undefined;
}
