/** A command of a screen: the keys that give it, what it does, and the word for the footer where it is shown there. */
export type Binding = {keys: readonly string[]; does: string; hint?: string};

export const moving = {
	up: {keys: ['up', 'k'], does: 'Move up', hint: 'move'},
	down: {keys: ['down', 'j'], does: 'Move down'},
	pageUp: {keys: ['pageup', 'ctrl+u'], does: 'Move up by a page'},
	pageDown: {keys: ['pagedown', 'ctrl+d'], does: 'Move down by a page'},
	first: {keys: ['home', 'g'], does: 'Go to the first'},
	last: {keys: ['end', 'G'], does: 'Go to the last'},
} as const satisfies Record<string, Binding>;

export const opening = ['enter', 'space', 'right'] as const;
export const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;

export const help = {keys: ['?'], does: 'Show or hide this help', hint: 'help'} as const;
export const back = {keys: ['escape', 'q', 'left', 'ctrl+b'], does: 'Go back', hint: 'back'} as const;
export const leave = {keys: ['ctrl+c'], does: 'Leave the program'} as const;
