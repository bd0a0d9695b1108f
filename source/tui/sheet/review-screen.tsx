import {useWindowSize} from 'ink';
import {type Dispatch, useEffect} from 'react';
import type {HostReadiness} from '../../app/actions.ts';
import type {SettingKey} from '../../settings/settings.ts';
import {cleanLine} from '../../text/ansi.ts';
import {decisionsFor} from '../../wizard/decisions.ts';
import {type Review, review} from '../../wizard/review.ts';
import {type ReviewRow, reviewRows} from '../../wizard/review-rows.ts';
import {settingsOf} from '../../wizard/settings-of-answers.ts';
import type {WizardAction, WizardState} from '../../wizard/wizard-state.ts';
import {capitalised} from '../confirmation.ts';
import type {Glyphs} from '../glyphs.ts';
import {useKeys} from '../keyboard.tsx';
import {useList, windowStart} from '../list-state.ts';
import {bodyColumns, bodyRows, drawPage} from '../page-layout.ts';
import {ScreenRows} from '../screen-rows.tsx';
import {emptyLine, fitTo, type Line, line, selected, spread, toned, wrapped} from '../styled-text.ts';
import {useTheme} from '../theme.tsx';
import {timeInWords} from './draw-result.ts';

type Props = {
	state: WizardState;
	/** Why the build did not start. */
	problem?: string;
	/** What stands between this machine and the build, once it is known. */
	host?: HostReadiness;
	dispatch: Dispatch<WizardAction>;
	onBuild(): void;
	onSave(builds: boolean): void;
	/** Opens the list of all settings, at this one. */
	onSettings(key?: SettingKey): void;
	/** Shows text on the ordinary screen, where it can be copied. */
	onShow(what: 'commands' | 'command' | 'arg-file' | 'preset-file'): void;
	onRecheck(): void;
	/** What the cursor is on, kept while something else is on the screen. */
	cursor: {current?: string};
	onBack(): void;
	onLeave(): void;
};

type Entry = {kind: 'build' | 'save' | 'commands'; title: string; remark?: string} | {kind: 'row'; row: ReviewRow};

/** What will be built, in words, and what to do with it. */
export function ReviewScreen(props: Props) {
	const {state, problem, host, dispatch, onBuild, onSave, onSettings, onShow, onBack, onLeave} = props;
	const {glyphs} = useTheme();
	const size = useWindowSize();
	const reviewed = review(state);
	const entries: readonly Entry[] = [...doingsOf(host), ...reviewRows(state).map(row => ({kind: 'row', row}) as const)];
	const before = entries.findIndex(one => nameOf(one) === props.cursor.current);
	const list = useList('review', entries.length, {onBack, onLeave, mark: Math.max(0, before)});
	const entry = entries[list.state.marked];
	useEffect(() => {
		props.cursor.current = entry && nameOf(entry);
	});
	const goToObstacle = () => {
		const key = reviewed.obstacle?.key;
		const index = entries.findIndex(one => one.kind === 'row' && one.row.key !== undefined && one.row.key === key);
		list.mark(index >= 0 ? index : list.state.marked);
	};
	const build = (saves: boolean) => {
		if (reviewed.obstacle !== undefined) return goToObstacle();
		if (host?.mending?.hasRights === false) return onShow('commands');
		if (saves) onSave(true);
		else onBuild();
	};
	const change = ({key, decision}: ReviewRow) => {
		if (decision) dispatch({type: 'went-to', place: decision});
		else onSettings(key);
	};
	useKeys(press => {
		const command = list.press(press);
		if (command === 'choose' || command === 'change') {
			if (entry?.kind === 'row') change(entry.row);
			else if (entry?.kind === 'save') onSave(false);
			else if (entry?.kind === 'commands') onShow('commands');
			else if (command === 'choose') build(false);
		}
		if (command === 'pick') {
			const decision = decisionsFor(settingsOf(state))[Number(press.key) - 1];
			if (decision) dispatch({type: 'went-to', place: decision.id});
		}
		if (command === 'start') build(false);
		if (command === 'save') onSave(false);
		if (command === 'settings') onSettings();
		if (command === 'command') onShow('command');
		if (command === 'argFile') onShow('arg-file');
		if (command === 'presetFile') onShow('preset-file');
		if (command === 'commands' && host?.mending) onShow('commands');
		if (command === 'recheck') props.onRecheck();
	});
	const width = bodyColumns(size.columns);
	const below = [
		...drawHost(host, width, glyphs),
		...drawRemark(entry, width, glyphs),
		...drawNeeds(reviewed, width, glyphs),
	];
	const room = Math.max(3, bodyRows(size.rows) - below.length);
	const {lines, at} = drawEntries(entries, list.state.marked, {width, glyphs});
	const start = windowStart(at, lines.length, room);
	const shown = lines.slice(start, start + room);
	const changed = entries.filter(one => one.kind === 'row' && one.row.isChanged).length;
	const notice = problem === undefined ? undefined : ({tone: 'bad', text: problem} as const);
	return (
		<ScreenRows
			rows={drawPage(
				{
					title: 'Build this?',
					remark: line(
						toned('muted', changed === 0 ? 'all defaults   ' : `differs from the defaults in ${changed}   `),
						toned('rehearsal', reviewed.rehearsal ? 'REHEARSAL' : ''),
					),
					body: [...shown, ...Array.from({length: Math.max(0, room - shown.length)}, () => emptyLine), ...below],
					scope: 'review',
					help: list.help,
					glyphs,
					notice,
					without: host?.mending ? [] : ['commands'],
				},
				size,
			)}
		/>
	);
}

const nameOf = (entry: Entry): string =>
	entry.kind === 'row' ? `${entry.row.group} ${entry.row.key ?? entry.row.title}` : entry.kind;

function doingsOf(host: HostReadiness | undefined): readonly Entry[] {
	const {mending} = host ?? {};
	const build: Entry =
		mending === undefined
			? {kind: 'build', title: 'Build', remark: host ? undefined : 'checking this machine'}
			: mending.hasRights
				? {kind: 'build', title: `${capitalised(mending.purpose)}, then build`, remark: 'c shows the commands'}
				: {kind: 'commands', title: `An administrator has to ${mending.purpose} first`, remark: 'Enter shows how'};
	return [build, {kind: 'save', title: 'Save as preset…'}];
}

/** The entries with a heading over each group; `at`: the line of the marked one. */
function drawEntries(entries: readonly Entry[], marked: number, o: {width: number; glyphs: Glyphs}) {
	const lines: Line[] = [];
	let at = 0;
	let group = '';
	for (const [index, entry] of entries.entries()) {
		if (entry.kind === 'row' && entry.row.group !== group) {
			group = entry.row.group;
			lines.push(heading(group, o));
		}
		if (index === marked) at = lines.length;
		const drawn = drawEntry(entry, index === marked, o);
		lines.push(index === marked ? selected(drawn) : drawn);
	}
	return {lines, at};
}

function heading(title: string, {width, glyphs}: {width: number; glyphs: Glyphs}): Line {
	const rule = glyphs.frame.horizontal;
	return line(
		toned('border', `  ${rule}${rule} `),
		toned('muted', title),
		toned('border', ` ${rule.repeat(Math.max(0, width - title.length - 6))}`),
	);
}

function drawEntry(entry: Entry, isMarked: boolean, {width, glyphs}: {width: number; glyphs: Glyphs}): Line {
	const pointer = toned('accent', isMarked ? `${glyphs.pointer} ` : '  ');
	if (entry.kind !== 'row') {
		return spread(
			line(pointer, toned('title', entry.title)),
			line(toned('muted', entry.remark ?? '')),
			width,
			glyphs.ellipsis,
		);
	}
	const {title, value, isChanged, remark} = entry.row;
	const [mark, tone] =
		remark === undefined || remark.severity === 'info'
			? [isChanged ? glyphs.bullet : ' ', 'accent' as const]
			: remark.severity === 'error'
				? [glyphs.fail, 'bad' as const]
				: [glyphs.warn, 'warning' as const];
	return fitTo(
		line(
			pointer,
			toned(tone, `${mark} `),
			...(title === '' ? [] : [cleanLine(title).padEnd(28), ' ']),
			cleanLine(value) || toned('muted', remark === undefined ? '(empty)' : cleanLine(remark.message)),
		),
		width,
		glyphs.ellipsis,
	);
}

/** What there is to know of the marked line, whole. */
function drawRemark(entry: Entry | undefined, width: number, glyphs: Glyphs): Line[] {
	if (entry?.kind !== 'row' || entry.row.remark === undefined) return [];
	const {severity, message, hint} = entry.row.remark;
	const tone = severity === 'error' ? 'bad' : severity === 'warning' ? 'warning' : 'muted';
	const glyph = severity === 'error' ? glyphs.fail : severity === 'warning' ? glyphs.warn : glyphs.bullet;
	return wrapped(`${glyph} ${cleanLine(message)}. ${cleanLine(hint ?? '')}`, width, tone).slice(0, 3);
}

/** What is wrong with this machine that no command mends. */
function drawHost(host: HostReadiness | undefined, width: number, glyphs: Glyphs): Line[] {
	if (host === undefined || host.mending !== undefined) return [];
	return host.failed
		.slice(0, 2)
		.flatMap(({title, detail}) =>
			wrapped(`${glyphs.fail} ${cleanLine(detail ? `${title}: ${detail}` : title)}`, width, 'bad').slice(0, 2),
		);
}

function drawNeeds({disks, minutes, rehearsal}: Review, width: number, glyphs: Glyphs): Line[] {
	const needs = disks.map(({place, gb, freeGb}) => {
		const isTight = freeGb !== undefined && freeGb < gb;
		const free = freeGb === undefined ? '' : ` of ${Math.floor(freeGb)} GB free`;
		return toned(isTight ? 'bad' : 'plain', `${gb} GB${free} ${place}${isTight ? ` ${glyphs.warn} too little` : ''}`);
	});
	return [
		emptyLine,
		fitTo(
			line(
				toned('muted', 'Needs  '),
				...needs.flatMap((need, index) => (index === 0 ? [need] : [', ', need])),
				toned('muted', `   ${timeInWords(minutes)}`),
			),
			width,
			glyphs.ellipsis,
		),
		...(rehearsal
			? wrapped('REHEARSAL: stand-ins take the place of NVIDIA’s software. Not for real hosts.', width, 'rehearsal')
			: []),
	];
}
