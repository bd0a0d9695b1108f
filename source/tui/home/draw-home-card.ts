import type {CleanableThing, GoingOn} from '../../app/actions.ts';
import {cleanLine, cleanText} from '../../text/ansi.ts';
import {formatBytes} from '../../text/bytes.ts';
import {formatAge, formatDuration} from '../../text/durations.ts';
import type {Glyphs} from '../glyphs.ts';
import {emptyLine, type Line, line, spread, toned, wrapped} from '../styled-text.ts';
import {outcomeMark} from './draw-outcome-words.ts';
import {drawRunCard} from './draw-run-card.ts';
import {bytesOf, type EntryId, type HomeData, lastBuild} from './home-entries.ts';

type Drawn = {width: number; now: number; glyphs: Glyphs};

/** What the cursor is on. */
export function drawHomeCard(id: EntryId, data: HomeData, drawn: Drawn): Line[] {
	const {width} = drawn;
	switch (id) {
		case 'again':
			return drawAgain(data, drawn);
		case 'new':
			return drawNew(data, drawn);
		case 'presets':
			return [...said('Images that are described already: look, change, build.', width), ...drawPresets(data, drawn)];
		case 'runs':
			return drawRuns(data, drawn);
		case 'console':
			return [
				...said('Boots an ISO in a virtual machine; its serial console takes this terminal.', width),
				...drawIsos(data, drawn),
			];
		case 'verify':
			return [
				...said('Looks into an ISO, or boots it once and asks the live system.', width),
				...drawIsos(data, drawn),
			];
		case 'doctor':
			return drawChecks(data, drawn);
		case 'clean':
			return drawCleanables(data, drawn);
		case 'help':
			return said('The keys, what each entry does, and where to read more.', width);
		case 'quit':
			return said('Back to the shell.', width);
		default:
			return id satisfies never;
	}
}

/** What another terminal does in this workspace, in one line above all. */
export const drawGoingOn = ({preset, step, since, command}: GoingOn, {width, now, glyphs}: Drawn): Line[] => [
	line(
		toned('active', `${glyphs.spinner[0]} ${cleanLine(preset ?? command)}`),
		step === undefined ? '' : `: ${step}`,
		toned('muted', `, in another terminal, for ${formatDuration(now - since)}`),
	),
	line(toned('border', glyphs.frame.horizontal.repeat(width))),
];

const said = (text: string, width: number): Line[] => [...wrapped(text, width, 'muted'), emptyLine];

function drawAgain(data: HomeData, drawn: Drawn): Line[] {
	const build = lastBuild(data);
	if (data.runs !== undefined && build === undefined) return said('The first build still goes on.', drawn.width);
	if (build === undefined) return said('Reading past runs', drawn.width);
	return [
		...drawRunCard(build, data.fromBase, drawn),
		emptyLine,
		line(toned('accent', 'Enter'), ' shows the review, ', toned('accent', 'Enter'), ' again builds'),
	];
}

function drawNew({draft}: HomeData, {width, now}: Drawn): Line[] {
	const kept =
		draft === undefined
			? []
			: wrapped(
					`Your answers of ${formatAge(draft.savedAt, now)} are kept: it asks whether to go on with them.`,
					width,
				);
	return [...said('A few decisions, each with a default; then the review, and the build.', width), ...kept];
}

function drawPresets({presets}: HomeData, {width, glyphs}: Drawn): Line[] {
	return (presets ?? []).map(({name, lastRun, origin, builder}) => {
		const [glyph, tone] = lastRun ? outcomeMark(lastRun.outcome, glyphs) : ([' ', 'muted'] as const);
		const remark =
			builder === 'rehearsal' ? 'REHEARSAL' : origin === 'shipped' ? 'shipped' : origin === 'person' ? 'yours' : '';
		return spread(
			line(toned(tone, `${glyph} `), cleanLine(name)),
			line(toned('muted', remark)),
			width,
			glyphs.ellipsis,
		);
	});
}

function drawRuns({runs, goingOn}: HomeData, {width, now, glyphs}: Drawn): Line[] {
	if (runs !== undefined && runs.length === 0) return said('No run yet.', width);
	const going =
		goingOn === undefined
			? []
			: [...wrapped(`${goingOn.step ?? cleanLine(goingOn.command)} goes on in another terminal.`, width), emptyLine];
	const latest = (runs ?? []).slice(0, 8).map(({outcome, preset, kind, startedAt}) => {
		const [glyph, tone] = outcomeMark(outcome, glyphs);
		const what = `${cleanLine(preset)}${kind === 'build' ? '' : `, ${kind}`}`;
		return spread(
			line(toned(tone, `${glyph} `), what),
			line(toned('muted', formatAge(startedAt, now))),
			width,
			glyphs.ellipsis,
		);
	});
	return [...going, ...latest];
}

function drawIsos({isos}: HomeData, {width, now, glyphs}: Drawn): Line[] {
	if (isos === undefined) return [];
	if (isos.length === 0) return wrapped('There is none in build/ yet.', width, 'muted');
	return isos
		.slice(0, 8)
		.map(({name, bytes, builtAt}) =>
			spread(
				line(cleanLine(name)),
				line(toned('muted', `${formatBytes(bytes)}, ${formatAge(builtAt, now)}`)),
				width,
				glyphs.ellipsis,
			),
		);
}

function drawChecks({host}: HomeData, {width, glyphs}: Drawn): Line[] {
	if (host === undefined) return said('Checking what a build needs of this machine', width);
	if (host.failed.length === 0)
		return [line(toned('good', `${glyphs.pass} This machine has what a build needs.`)), emptyLine];
	const {mending} = host;
	return [
		...host.failed.flatMap(({title, detail}) => [
			line(toned('bad', `${glyphs.fail} `), cleanLine(title)),
			...(detail ? wrapped(cleanText(detail), width - 2, 'muted').map(row => line('  ', row)) : []),
		]),
		emptyLine,
		...(mending === undefined
			? []
			: wrapped(`A command can ${mending.purpose}; a build does it, too, after asking.`, width, 'accent')),
	];
}

function drawCleanables({cleanables, workspace}: HomeData, {width, glyphs}: Drawn): Line[] {
	if (cleanables === undefined) return said('Adding up what can go', width);
	if (cleanables.length === 0) return said('There is nothing to remove.', width);
	const free = workspace === undefined ? [] : [line(toned('muted', `${formatBytes(workspace.freeBytes)} free now`))];
	return [
		...free,
		emptyLine,
		...cleanables.slice(0, 8).map(thing => cleanableRow(thing, width, glyphs)),
		emptyLine,
		line(`${formatBytes(bytesOf(cleanables))} in all`),
	];
}

/** Size first, because that is what counts here. */
export const cleanableRow = ({title, bytes}: CleanableThing, width: number, glyphs: Glyphs): Line =>
	spread(line(formatBytes(bytes).padStart(8), '  ', cleanLine(title)), [], width, glyphs.ellipsis);
