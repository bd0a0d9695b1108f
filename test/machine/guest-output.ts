export const titles = [
	'Palette eXtended Kubernetes Edge Installer',
	'Palette eXtended Kubernetes Edge Installer (manual)',
	'Palette Edge Interactive Installer',
];

/** GRUB's menu as SeaBIOS mirrors it: placed by cursor movements, so that words come in pieces. */
export const drawMenu = (selected: number, entries: readonly string[] = titles) => {
	const at = (row: number, column: number) => `\x1b[${row};${column}H`;
	return [
		'\x1b[2J',
		`${at(2, 24)}GNU GRUB${at(2, 32)}  version 2.06`,
		`${at(4, 2)}┌${'─'.repeat(76)}┐`,
		...entries.map((title, row) => {
			const half = Math.floor(title.length / 2);
			const star = row === selected ? '*' : ' ';
			return `${at(5 + row, 2)}│${star}${title.slice(0, half)}${at(5 + row, 4 + half)}${title.slice(half)}${at(5 + row, 79)}│`;
		}),
		`${at(18, 2)}└${'─'.repeat(76)}┘`,
		`${at(20, 7)}Use the ↑ and ↓ keys to select which entry is highlighted.`,
	].join('');
};

export const autologin = '\r\nedge login: root (automatic login)\r\n\r\nWelcome to Kairos!\r\n';

/** The same output as it may arrive: cut at these places. */
export const chunked = (text: string, cuts: readonly number[]) => {
	const places = [0, ...cuts.map(cut => cut % (text.length + 1)), text.length].sort((a, b) => a - b);
	return places.slice(1).map((end, index) => text.slice(places[index], end));
};
