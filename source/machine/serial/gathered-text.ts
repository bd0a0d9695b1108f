const gatheringMs = 50;

/**
 * Hands on text in fewer pieces: a serial line brings it letter by letter, and each piece becomes a line of the record.
 * @param handOn Gets what came within a twentieth of a second, in order.
 */
export function gatherText(handOn: (text: string) => void): {add(text: string): void; flush(): void} {
	let gathered = '';
	let timer: NodeJS.Timeout | undefined;
	const flush = () => {
		clearTimeout(timer);
		timer = undefined;
		const text = gathered;
		gathered = '';
		if (text !== '') handOn(text);
	};
	return {
		add(text) {
			gathered += text;
			timer ??= setTimeout(flush, gatheringMs);
		},
		flush,
	};
}
