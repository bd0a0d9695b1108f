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
const path = {keys: ['ctrl+p'], does: 'Be asked everything, or only the essentials', hint: 'more/fewer'} as const;
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
		choose: {keys: opening, does: 'Run the marked preset', hint: 'run'},
		pick: {keys: digits, does: 'Run the preset with this number'},
		edit: {keys: ['e'], does: 'Open the preset in the wizard', hint: 'edit'},
		remove: {keys: ['d', 'delete'], does: 'Delete the preset, after asking', hint: 'delete'},
		help,
		back,
		leave,
	},
	choice: {
		up: {keys: ['up'], does: 'Move up', hint: 'move'},
		down: {keys: ['down'], does: 'Move down'},
		pageUp: {keys: ['pageup'], does: 'Move up by a page'},
		pageDown: {keys: ['pagedown'], does: 'Move down by a page'},
		first: {keys: ['home'], does: 'Go to the first'},
		last: {keys: ['end'], does: 'Go to the last'},
		choose: {keys: ['enter', 'right', 'tab'], does: 'Take the marked answer', hint: 'take'},
		erase: {keys: ['backspace', 'delete'], does: 'Erase a letter of the filter'},
		clear: {keys: ['ctrl+u'], does: 'Clear the filter'},
		path,
		help: {keys: ['?'], does: 'Show or hide what this question means', hint: 'explain'},
		back: {keys: ['escape', 'left', 'ctrl+b', 'shift+tab'], does: 'Back to the question before', hint: 'back'},
		leave: {keys: ['ctrl+c'], does: 'Leave; the answers are kept as a draft', hint: 'leave'},
	},
	entry: {
		choose: {keys: ['enter', 'tab'], does: 'Take the answer', hint: 'take'},
		up: {keys: ['up'], does: 'Mark the suggestion above'},
		down: {keys: ['down'], does: 'Mark the suggestion below'},
		left: {keys: ['left'], does: 'Move the cursor left; at the beginning, go back'},
		right: {keys: ['right'], does: 'Move the cursor right'},
		first: {keys: ['home', 'ctrl+a'], does: 'Move the cursor to the beginning'},
		last: {keys: ['end', 'ctrl+e'], does: 'Move the cursor to the end'},
		erase: {keys: ['backspace', 'delete'], does: 'Erase the character before the cursor'},
		clear: {keys: ['ctrl+u'], does: 'Clear the answer', hint: 'clear'},
		path,
		help: {
			keys: ['?', 'ctrl+g'],
			does: 'Show or hide all that this question means; ? is text within an address',
			hint: 'explain',
		},
		back: {keys: ['escape', 'ctrl+b', 'shift+tab'], does: 'Back to the question before', hint: 'back'},
		leave: {keys: ['ctrl+c'], does: 'Leave; the answers are kept as a draft', hint: 'leave'},
	},
	review: {
		...moving,
		choose: {keys: ['enter', 'right'], does: 'Do or change the marked entry', hint: 'choose'},
		start: {keys: ['b'], does: 'Build now', hint: 'build'},
		commands: {keys: ['c'], does: 'Show the commands that make this machine ready', hint: 'commands'},
		recheck: {keys: ['r'], does: 'Check this machine again'},
		save: {keys: ['s'], does: 'Save the answers as a preset', hint: 'save'},
		help,
		back: {keys: ['escape', 'left', 'ctrl+b', 'q'], does: 'Back to the last question', hint: 'back'},
		leave: {keys: ['ctrl+c'], does: 'Leave; the answers are kept as a draft'},
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
		help,
		back,
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
