import {describe, expect, test} from 'vitest';
import {readGrubMenu} from '../../../source/machine/grub-menu/menu-on-screen.ts';
import {createScreen, screenSizes} from '../../../source/machine/serial/serial-screen.ts';
import {drawMenu, titles} from '../guest-output.ts';

const screenAfter = async (text: string, size = screenSizes.bios) => {
	const screen = createScreen(size);
	screen.write(text);
	return screen.lines();
};

describe("GRUB's menu", () => {
	test.each([0, 1, 2])('is read from the screen with entry %i selected', async selected => {
		expect(readGrubMenu(await screenAfter(drawMenu(selected)))).toEqual({entries: titles, selected});
	});

	test('drawn in ASCII by GRUB itself is read, too', () => {
		const lines = [
			'                       GNU GRUB  version 2.06-13+deb12u2',
			'',
			` +${'-'.repeat(76)}+`,
			' | Palette eXtended Kubernetes Edge Installer                                 | ',
			' |*Palette eXtended Kubernetes Edge Installer (manual)                        |',
			' |                                                                            |',
			` +${'-'.repeat(76)}+`,
			'      Use the ^ and v keys to select which entry is highlighted.',
		];
		expect(readGrubMenu(lines)).toEqual({entries: titles.slice(0, 2), selected: 1});
	});

	// edk2 draws the box in code page 437: mostly invalid UTF-8, but its upper right corner becomes a letter.
	test("drawn by edk2 has no entry made of the box's corner", () => {
		const lines = [
			'                                 GNU GRUB  version 2.06',
			` ${'\uFFFD'.repeat(96)}Ŀ`,
			' \uFFFD*Palette eXtended Kubernetes Edge Installer            \uFFFD',
			` ${'\uFFFD'.repeat(98)}`,
			'      Use the ^ and v keys to select which entry is highlighted.',
		];
		expect(readGrubMenu(lines)).toEqual({entries: titles.slice(0, 1), selected: 0});
	});

	test('has no selection while it is being drawn', async () => {
		const half = drawMenu(0).replace('│*', '│ ');
		expect(readGrubMenu(await screenAfter(half))).toEqual({entries: titles});
	});

	test('tells its countdown, which a key ends', () => {
		const lines = ['GNU GRUB  version 2.06', '*Kairos', 'Use the ^ and v keys'];
		const running = [...lines, '   The highlighted entry will be executed automatically in 4s.'];
		expect(readGrubMenu(running)).toEqual({entries: ['Kairos'], selected: 0, countdown: 4});
		expect(readGrubMenu(lines)?.countdown).toBeUndefined();
	});

	test('is not there on another screen', async () => {
		expect(readGrubMenu(await screenAfter('edge login: '))).toBeUndefined();
	});
});
