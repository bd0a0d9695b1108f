/** Where in an escape sequence the text so far ends. */
export type CondenseState = 'text' | 'escape' | 'csi' | 'string' | 'string-escape' | 'charset';

/**
 * What remains of terminal output without escape sequences and without whitespace. Boot loaders place words by the cursor,
 * so a title can arrive as "Kuber netes"; only without whitespace does it compare. Chunks may be cut anywhere: hand the
 * returned state to the next call.
 */
export function condense(state: CondenseState, chunk: string): [CondenseState, string] {
	let text = '';
	for (const character of chunk) {
		const [next, kept] = step(state, character);
		state = next;
		if (kept) text += character;
	}
	return [state, text];
}

// ECMA-48 as far as consoles use it: CSI, OSC/DCS strings (ended by BEL or ESC \), charset selection, single escapes.
function step(state: CondenseState, character: string): [CondenseState, boolean] {
	if (character === '\x1b') return [state === 'string' ? 'string-escape' : 'escape', false];
	// CAN and SUB abandon a sequence.
	if (character === '\x18' || character === '\x1a') return ['text', false];
	switch (state) {
		case 'text':
			return ['text', character > ' ' && character !== '\x7f' && !/\s/.test(character)];
		case 'escape':
		case 'string-escape':
			if (character === '[') return ['csi', false];
			if (/[\]P^_X]/.test(character)) return ['string', false];
			if (/[()*+#%]/.test(character)) return ['charset', false];
			return ['text', false];
		case 'csi':
			return [/[@-~]/.test(character) ? 'text' : 'csi', false];
		case 'string':
			return [character === '\x07' ? 'text' : 'string', false];
		case 'charset':
			return ['text', false];
	}
}
