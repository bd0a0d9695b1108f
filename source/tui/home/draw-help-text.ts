import type {Glyphs} from '../glyphs.ts';
import {helpRows} from '../key-help.ts';
import {emptyLine, type Line, line, toned, wrapped} from '../styled-text.ts';

const entries: readonly (readonly [title: string, does: string])[] = [
	[
		'Build again',
		'Shows the review of the last build; Enter there builds it once more. What is done already is left alone.',
	],
	['New build', 'At most six decisions, each with a default; all other settings stand in one list. Answers are kept.'],
	['Presets', 'Builds that have a name: those that come with edge-builder, and yours in presets/.'],
	['Past runs', 'What was done here: look at it, play it again, do it again, or build it with changes.'],
	['QEMU console', 'Boots an ISO in a virtual machine whose serial console takes this terminal.'],
	['Verify or smoke-test an ISO', 'Looks into what was built: the ISO, its image, or the live system.'],
	['Check this machine', 'What a build needs of it, and the commands that install what is missing, after asking.'],
	['Clean up', 'What takes disk, and removes what you choose, after asking.'],
];

const reading: readonly (readonly [title: string, does: string])[] = [
	['docs/', 'The guide, a page for each question; README.md says where to begin.'],
	['docs/settings.md', 'Every setting: what it is, which value is safe, what breaks.'],
	['edge-builder --help', 'All commands, for scripts: the same build without screens.'],
];

/** The whole help as rows: what each entry does, the keys, the docs. */
export const drawHelpText = (width: number, glyphs: Glyphs): Line[] => [
	...section('What the entries do', entries, width),
	heading('Keys in lists'),
	...helpRows('menu', width, glyphs),
	emptyLine,
	heading('Keys where text is typed'),
	...helpRows('entry', width, glyphs),
	...wrapped(
		'Where several fields stand below each other, arrows go from field to field; Ctrl-P and Ctrl-N bring back.',
		width,
		'muted',
	),
	emptyLine,
	...wrapped('Each screen names its own keys in the last row; ? shows all of them.', width, 'muted'),
	emptyLine,
	...section('To read', reading, width),
];

const section = (title: string, parts: typeof entries, width: number): Line[] => [
	heading(title),
	...parts.flatMap(([name, does]) => described(name, does, width)),
	emptyLine,
];

const heading = (title: string): Line => line(toned('title', title));

const nameWidth = 28;

function described(name: string, does: string, width: number): Line[] {
	if (width < 80)
		return [line(toned('accent', name)), ...wrapped(does, width - 2, 'muted').map(row => line('  ', row))];
	return wrapped(does, width - nameWidth, 'muted').map((row, index) =>
		line(toned('accent', (index === 0 ? name : '').padEnd(nameWidth)), row),
	);
}
