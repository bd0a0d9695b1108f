import type {KeyPress} from './key-press.ts';

/** A command of a screen: the keys that give it, what it does, and the word for the footer where it is shown there. */
export type Binding = {keys: readonly string[]; does: string; hint?: string};

const moving = {
	up: {keys: ['up', 'k'], does: 'Move up', hint: 'move'},
	down: {keys: ['down', 'j'], does: 'Move down'},
	pageUp: {keys: ['pageup', 'ctrl+u'], does: 'Move up by a page'},
	pageDown: {keys: ['pagedown', 'ctrl+d'], does: 'Move down by a page'},
	first: {keys: ['home', 'g'], does: 'Go to the first'},
	last: {keys: ['end', 'G'], does: 'Go to the last'},
} as const satisfies Record<string, Binding>;

const opening = ['enter', 'space', 'right'] as const;
const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

const help = {keys: ['?'], does: 'Show or hide this help', hint: 'help'} as const;
const back = {keys: ['escape', 'q', 'left', 'ctrl+b'], does: 'Go back', hint: 'back'} as const;
const rail = {keys: ['tab', 'ctrl+l'], does: 'Go to the list of decisions', hint: 'list'} as const;
// In a field, Tab completes and goes on.
const railInFields = {...rail, keys: ['ctrl+l']} as const;
const fix = {keys: ['ctrl+n'], does: 'Go to the decision that does not fit any more'} as const;
const toReview = {keys: ['ctrl+r'], does: 'Go to the review; what is left takes its default', hint: 'review'} as const;
const leaveKept = {keys: ['ctrl+c'], does: 'Leave; the answers are kept', hint: 'leave'} as const;
const leave = {keys: ['ctrl+c'], does: 'Leave the program'} as const;

/** All shortcuts of the program, by screen. Help and footers are made from this table. */
export const keymaps = {
	menu: {
		...moving,
		choose: {keys: opening, does: 'Open the marked entry', hint: 'choose'},
		pick: {keys: digits, does: 'Open the entry with this number'},
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
	decision: {
		...moving,
		choose: {keys: opening, does: 'Take the marked choice', hint: 'take'},
		pick: {keys: digits, does: 'Take the choice with this number'},
		filter: {keys: ['/'], does: 'Type to narrow the list', hint: 'find'},
		fix: {...fix, keys: ['f', 'ctrl+n']},
		rail,
		review: toReview,
		help: {keys: ['?', 'ctrl+g'], does: 'Show or hide all that this decision means', hint: 'why'},
		back: {keys: ['escape', 'left', 'shift+tab', 'q'], does: 'Back to the decision before', hint: 'back'},
		leave: leaveKept,
	},
	search: {
		up: {keys: ['up'], does: 'Move up', hint: 'move'},
		down: {keys: ['down'], does: 'Move down'},
		pageUp: {keys: ['pageup'], does: 'Move up by a page'},
		pageDown: {keys: ['pagedown'], does: 'Move down by a page'},
		choose: {keys: ['enter'], does: 'Take the marked choice', hint: 'take'},
		fix,
		rail,
		review: toReview,
		help: {keys: ['ctrl+g'], does: 'Show or hide all that this decision means', hint: 'why'},
		back: {
			keys: ['escape', 'shift+tab'],
			does: 'Show all choices again; then back to the decision before',
			hint: 'back',
		},
		leave: leaveKept,
	},
	fields: {
		choose: {keys: ['enter'], does: 'Take it and go on', hint: 'take'},
		next: {keys: ['tab', 'down'], does: 'Complete a path; else the next field', hint: 'next field'},
		before: {keys: ['shift+tab', 'up'], does: 'The field before'},
		fix,
		rail: railInFields,
		review: toReview,
		help: {keys: ['ctrl+g'], does: 'Show or hide all that this decision means', hint: 'why'},
		back: {keys: ['escape'], does: 'Back', hint: 'back'},
		leave: leaveKept,
	},
	rail: {
		...moving,
		choose: {keys: [...opening, 'tab'], does: 'Go there', hint: 'go there'},
		pick: {keys: digits, does: 'Go to the one with this number'},
		review: toReview,
		help,
		back: {keys: ['escape', 'left', 'shift+tab', 'q'], does: 'Stay', hint: 'stay'},
		leave: leaveKept,
	},
	settings: {
		...moving,
		choose: {keys: opening, does: 'Change the marked setting', hint: 'change'},
		reset: {keys: ['backspace', 'delete'], does: 'Take what would count without an answer', hint: 'reset'},
		filter: {keys: ['/'], does: 'Type to narrow the list', hint: 'find'},
		review: toReview,
		help,
		back: {keys: ['escape', 'left', 'q'], does: 'Back', hint: 'back'},
		leave: leaveKept,
	},
	entry: {
		choose: {keys: ['enter', 'tab'], does: 'Take it', hint: 'take'},
		back: {keys: ['escape', 'shift+tab'], does: 'Leave it as it was', hint: 'back'},
		leave: leaveKept,
	},
	review: {
		...moving,
		choose: {keys: ['enter', 'right'], does: 'Do or change what is marked', hint: 'choose'},
		pick: {keys: digits, does: 'Go to the decision with this number'},
		start: {keys: ['b'], does: 'Build now', hint: 'build'},
		change: {keys: ['e'], does: 'Change what is marked'},
		settings: {keys: ['o', '/'], does: 'See and change every setting', hint: 'all settings'},
		save: {keys: ['s'], does: 'Save the answers as a preset', hint: 'save'},
		command: {keys: ['x'], does: 'Show the command that builds the same without questions', hint: 'command'},
		argFile: {keys: ['a'], does: 'Show what CanvOS is told (.arg)', hint: '.arg'},
		presetFile: {keys: ['p'], does: 'Show the answers as a preset file'},
		commands: {keys: ['c'], does: 'Show the commands that make this machine ready', hint: 'commands'},
		machine: {keys: ['m'], does: 'Show all checks of this machine that failed', hint: 'machine'},
		recheck: {keys: ['r'], does: 'Check this machine again'},
		help,
		back: {keys: ['escape', 'left', 'q'], does: 'Back to the last decision', hint: 'back'},
		leave: {keys: ['ctrl+c'], does: 'Leave; the answers are kept'},
	},
	question: {
		yes: {keys: ['y', 'Y'], does: 'Yes', hint: 'yes'},
		no: {keys: ['n', 'N', 'escape', 'q'], does: 'No', hint: 'no'},
		leave: {keys: ['ctrl+c'], does: 'Leave without waiting'},
	},
	dashboard: {
		nextPane: {keys: ['tab', 'right'], does: 'Go to the next pane', hint: 'pane'},
		previousPane: {keys: ['shift+tab', 'left'], does: 'Go to the pane before'},
		pane: {keys: ['1', '2', '3', '4', '5', '6', '7', '8'], does: 'Go to the pane with this number'},
		zoom: {keys: ['z', '+'], does: 'Give the pane the whole screen, and back', hint: 'zoom'},
		...moving,
		follow: {keys: ['f', 'escape'], does: 'Follow the running step and the newest lines'},
		search: {keys: ['/'], does: 'Search in the log', hint: 'search'},
		nextMatch: {keys: ['n'], does: 'Go to the next match'},
		previousMatch: {keys: ['N', 'p'], does: 'Go to the match before'},
		nextError: {keys: ['e'], does: 'Go to the next line that tells of an error', hint: 'error'},
		wrap: {keys: ['w'], does: 'Wrap long lines, or cut them'},
		help,
		stop: {keys: ['q', 'ctrl+c'], does: 'Stop the build, after asking', hint: 'stop'},
	},
	ended: {
		menu: {keys: ['enter'], does: 'Back to the menu', hint: 'menu'},
		quit: {keys: ['q', 'ctrl+c'], does: 'Quit', hint: 'quit'},
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
		report: {keys: ['p'], does: 'Show where its report is', hint: 'report'},
		remove: {keys: ['d', 'delete'], does: 'Delete its record, after asking', hint: 'delete'},
		help,
		back,
		leave,
	},
	failed: {
		retry: {keys: ['r'], does: 'Try again from where it stopped', hint: 'retry'},
		change: {keys: ['e'], does: 'Change the answers', hint: 'change answers'},
		log: {keys: ['l'], does: 'Read the log of the step that failed', hint: 'log'},
		doctor: {keys: ['m'], does: 'Check this machine', hint: 'check machine'},
		menu: {keys: ['enter'], does: 'Back to the menu', hint: 'menu'},
		quit: {keys: ['q', 'ctrl+c'], does: 'Quit', hint: 'quit'},
	},
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
