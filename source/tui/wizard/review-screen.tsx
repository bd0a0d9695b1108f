import {useWindowSize} from 'ink';
import {type Dispatch, useState} from 'react';
import {
	type QuestionId,
	type Review,
	review,
	type VisibleQuestion,
	visibleQuestions,
	type WizardAction,
	type WizardState,
} from '../../wizard/index.ts';
import {Canvas, useTheme} from '../canvas.tsx';
import {cleanLine} from '../clean-text.ts';
import type {Glyphs} from '../glyphs.ts';
import {useKeys} from '../keys.tsx';
import {emptyLine, type Line, line, toned, wrapped} from '../lines.ts';
import {drawList, type ListEntry} from '../list-view.ts';
import {bodyColumns, bodyRows, drawPage} from '../page.ts';
import {useList} from '../use-list.ts';

type Props = {
	state: WizardState;
	/** Why the build did not start. */
	problem?: string;
	dispatch: Dispatch<WizardAction>;
	onBuild(): void;
	onSave(builds: boolean): void;
	onLeave(): void;
};

type ReviewEntry = ListEntry & {does: 'build' | 'save-and-build' | 'save' | QuestionId};

/** What will be built, every answer to change, and what to do with it. */
export const ReviewScreen = ({state, problem, dispatch, onBuild, onSave, onLeave}: Props) => {
	const {glyphs} = useTheme();
	const size = useWindowSize();
	const reviewed = review(state);
	const entries = [...doings, ...visibleQuestions(state).filter(isAnswer).map(questionEntry)];
	const list = useList('review', entries.length);
	const [help, setHelp] = useState(false);
	// The wizard's own word on what stands in the way, also before anything was tried.
	const obstacle = state.problem ?? reviewed.obstacle;
	const act = (does: ReviewEntry['does'] | undefined) => {
		if (does === undefined) return;
		if (does === 'save') return onSave(false);
		if (does !== 'build' && does !== 'save-and-build') return dispatch({type: 'jumped', to: does});
		if (reviewed.obstacle !== undefined) return goToObstacle();
		if (does === 'build') onBuild();
		else onSave(true);
	};
	const goToObstacle = () => {
		const index = entries.findIndex(({does}) => does === obstacle?.at);
		if (index >= 0) list.mark(index);
	};
	useKeys(press => {
		if (help) return setHelp(false);
		const command = list.press(press);
		if (command === 'choose') act(entries[list.state.marked]?.does);
		if (command === 'start') act('build');
		if (command === 'save') act('save');
		if (command === 'help') setHelp(true);
		if (command === 'back') dispatch({type: 'went-back'});
		if (command === 'leave') onLeave();
	});
	const width = bodyColumns(size.columns);
	const above = drawReview(reviewed, width, glyphs);
	const findings = drawFindings(reviewed, width, glyphs, Math.max(2, bodyRows(size.rows) - above.length - 8));
	const height = Math.max(3, bodyRows(size.rows) - above.length - findings.length - 1);
	const body = [...above, emptyLine, ...drawList(entries, list.state, {width, height, glyphs}), ...findings];
	const notice = problem === undefined ? undefined : ({tone: 'bad', text: problem} as const);
	return (
		<Canvas
			rows={drawPage(
				{
					title: 'Is this what you want to build?',
					remark: line(toned('rehearsal', reviewed.rehearsal ? 'REHEARSAL' : '')),
					body,
					scope: 'review',
					help,
					glyphs,
					notice,
				},
				size,
			)}
		/>
	);
};

const doings: readonly ReviewEntry[] = [
	{title: 'Build now', does: 'build'},
	{title: 'Save as preset, then build', does: 'save-and-build'},
	{title: 'Save as preset only', does: 'save'},
];

const isAnswer = ({id}: VisibleQuestion) => id !== 'review' && id !== 'preset';

const questionEntry = ({id, title, value}: VisibleQuestion): ReviewEntry => ({
	mark: line(toned('muted', title.padEnd(22)), ' '),
	title: value === '' ? '(empty)' : cleanLine(value),
	does: id,
});

const drawReview = ({image, iso, disk, minutes, rehearsal}: Review, width: number, glyphs: Glyphs): Line[] => {
	const label = (name: string) => toned('muted', name.padEnd(7));
	const isTight = disk.freeGb !== undefined && disk.freeGb < disk.gb;
	const free = disk.freeGb === undefined ? '' : `, ${Math.floor(disk.freeGb)} GB free`;
	return [
		line(label('Image'), toned('accent', cleanLine(image))),
		line(label('ISO'), toned('accent', cleanLine(iso))),
		line(
			label('Needs'),
			toned(
				isTight ? 'bad' : 'plain',
				`about ${disk.gb} GB of disk${free}${isTight ? ` ${glyphs.warn} too little` : ''}`,
			),
			`, ${minutes[0]} to ${minutes[1]} minutes the first time`,
		),
		...(rehearsal
			? wrapped('REHEARSAL: stand-ins take the place of NVIDIA software. Not for real hosts.', width, 'rehearsal')
			: []),
	];
};

/** Errors and warnings with what to do; infos where there is room. */
const drawFindings = ({findings, complaints}: Review, width: number, glyphs: Glyphs, room: number): Line[] => {
	const rows = [
		...complaints.flatMap(({place, message}) =>
			wrapped(`${glyphs.fail} ${cleanLine(place)}: ${cleanLine(message)}`, width, 'bad'),
		),
		...findings.flatMap(({severity, message, hint}) =>
			wrapped(
				`${severity === 'error' ? glyphs.fail : severity === 'warning' ? `${glyphs.warn} Warning:` : glyphs.bullet} ${cleanLine(message)}${severity === 'info' ? '' : `. ${cleanLine(hint)}`}`,
				width,
				severity === 'error' ? 'bad' : severity === 'warning' ? 'warning' : 'muted',
			),
		),
	];
	if (rows.length === 0) return [];
	return [
		emptyLine,
		...(rows.length <= room
			? rows
			: [...rows.slice(0, room - 1), line(toned('muted', `${rows.length - room + 1} more lines`))]),
	];
};
