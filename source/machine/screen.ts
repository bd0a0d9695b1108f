import xterm from '@xterm/headless';

/** What a terminal of 80×25 shows after everything written to it; for boot menus, which are drawn by cursor movements. */
export type Screen = {
	write(text: string): void;
	/** The lines as they stand, without blanks at the end. */
	lines(): Promise<string[]>;
	/** Whether the guest has switched to the alternate screen (an editor, a pager). */
	isAlternate(): boolean;
	close(): void;
};

const rows = 25;

export const createScreen = (): Screen => {
	const terminal = new xterm.Terminal({cols: 80, rows, scrollback: 0, allowProposedApi: true});
	return {
		write: text => terminal.write(text),
		lines: () =>
			new Promise(resolve => {
				// Writes are worked off later; an empty one calls back behind all the others.
				terminal.write('', () => {
					const {active} = terminal.buffer;
					resolve(
						Array.from({length: rows}, (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? ''),
					);
				});
			}),
		isAlternate: () => terminal.buffer.active.type === 'alternate',
		close: () => terminal.dispose(),
	};
};
