import xterm from '@xterm/headless';

/** What a terminal shows after everything written to it; for boot menus, which are drawn by cursor movements. */
export type Screen = {
	write(text: string): void;
	/** The lines as they stand, without blanks at the end. */
	lines(): Promise<string[]>;
	/** Whether the guest has switched to the alternate screen (an editor, a pager). */
	isAlternate(): Promise<boolean>;
};

export type ScreenSize = {columns: number; rows: number};

/** What SeaBIOS mirrors to the serial line, and the mode that edk2 chooses on it. */
export const screenSizes: Readonly<Record<'bios' | 'uefi', ScreenSize>> = {
	bios: {columns: 80, rows: 25},
	uefi: {columns: 100, rows: 31},
};

/** An empty screen of this size. */
export function createScreen({columns, rows}: ScreenSize): Screen {
	const terminal = new xterm.Terminal({cols: columns, rows, scrollback: 0, allowProposedApi: true, logLevel: 'off'});
	// Writes are worked off later; an empty one calls back behind all the others.
	const drawn = () => new Promise<void>(resolve => terminal.write('', resolve));
	return {
		write: text => terminal.write(text),
		async lines() {
			await drawn();
			const {active} = terminal.buffer;
			return Array.from({length: rows}, (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '');
		},
		async isAlternate() {
			await drawn();
			return terminal.buffer.active.type === 'alternate';
		},
	};
}
