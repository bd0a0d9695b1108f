import {describe, expect, test} from 'vitest';
import {
	liveMenu,
	liveMenuChange,
	nouveauArguments,
} from '../../../../source/builders/canvos/edits/live-boot-arguments.ts';

const entry = (title: string, rest: string) =>
	`menuentry "${title}" {\n    echo Loading kernel...\n    $linux ($root)/boot/kernel cdroot root=live:CDLABEL=COS_LIVE rd.live.dir=/${rest}\n    $initrd ($root)/boot/initrd\n}\n`;
const menu = (rest: string) => `set linux=linux\n${entry('A', rest)}${entry('B', rest)}`;

describe('the menu of the ISO', () => {
	test('keeps nouveau out of every entry', () => {
		expect(liveMenuChange({[liveMenu]: menu(' selinux=0')})).toEqual({
			[liveMenu]: menu(` selinux=0 ${nouveauArguments}`),
		});
	});

	test.each([
		['does so already', menu(' rd.driver.blacklist=nouveau,qat_4xxx')],
		['starts nothing live', 'menuentry "x" {\n    linux /vmlinuz\n}\n'],
		['is missing', undefined],
	])('is left alone where it %s', (_, text) => expect(liveMenuChange({[liveMenu]: text})).toEqual({}));
});
