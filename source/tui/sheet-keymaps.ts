import {type Binding, digits, help, moving, opening} from './bindings.ts';

const rail = {keys: ['tab', 'ctrl+l'], does: 'Go to the list of decisions', hint: 'list'} as const;
// In a field, Tab completes and goes on.
const railInFields = {...rail, keys: ['ctrl+l']} as const;
const fix = {keys: ['ctrl+o'], does: 'Go to the decision that does not fit any more'} as const;
const toReview = {keys: ['ctrl+r'], does: 'Go to the review; what is left takes its default', hint: 'review'} as const;
const leaveKept = {keys: ['ctrl+c'], does: 'Leave; the answers are kept', hint: 'leave'} as const;

/** Shortcuts of the build sheet: a decision with its rail, the list of settings, the review. */
export const sheetKeymaps = {
	decision: {
		...moving,
		choose: {keys: opening, does: 'Take the marked choice', hint: 'take'},
		pick: {keys: digits, does: 'Take the choice with this number'},
		filter: {keys: ['/'], does: 'Type to narrow the list', hint: 'find'},
		fix: {...fix, keys: ['f', 'ctrl+o']},
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
		earlier: {keys: ['ctrl+p'], does: 'Bring back what was taken before', hint: 'earlier'},
		later: {keys: ['ctrl+n'], does: 'Bring back what was taken after that'},
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
		earlier: {keys: ['up', 'ctrl+p'], does: 'Bring back what was taken before', hint: 'earlier'},
		later: {keys: ['down', 'ctrl+n'], does: 'Bring back what was taken after that'},
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
} as const satisfies Record<string, Record<string, Binding>>;
