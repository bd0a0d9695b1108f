import {useWindowSize} from 'ink';
import type {Dispatch} from 'react';
import type {HostReadiness} from '../../app/actions.ts';
import {cleanLine} from '../../text/ansi.ts';
import {type VisibleQuestion, visibleQuestions} from '../../wizard/question-view.ts';
import {type Review, review} from '../../wizard/review.ts';
import type {QuestionId, WizardAction, WizardState} from '../../wizard/wizard-state.ts';
import {capitalised} from '../confirmation.ts';
import type {Glyphs} from '../glyphs.ts';
import {useKeys} from '../keyboard.tsx';
import {useList} from '../list-state.ts';
import {drawList, type ListEntry} from '../list-view.ts';
import {bodyColumns, bodyRows, drawPage} from '../page-layout.ts';
import {ScreenRows} from '../screen-rows.tsx';
import {emptyLine, type Line, line, toned, wrapped} from '../styled-text.ts';
import {useTheme} from '../theme.tsx';

type Props = {
	state: WizardState;
	/** Why the build did not start. */
	problem?: string;
	/** What stands between this machine and the build, once it is known. */
	host?: HostReadiness;
	dispatch: Dispatch<WizardAction>;
	onBuild(): void;
	onSave(builds: boolean): void;
	/** Shows the commands that make this machine ready. */
	onCommands(): void;
	onRecheck(): void;
	onLeave(): void;
};

type ReviewEntry = ListEntry & {does: 'build' | 'save-and-build' | 'save' | 'commands' | QuestionId};

/** What will be built, every answer to change, and what to do with it. */
export function ReviewScreen(props: Props) {
	const {state, problem, host, dispatch, onBuild, onSave, onLeave} = props;
	const {glyphs} = useTheme();
	const size = useWindowSize();
	const reviewed = review(state);
	const entries = [...doingsOf(host), ...visibleQuestions(state).filter(isAnswer).map(questionEntry)];
	const list = useList('review', entries.length, {onBack: () => dispatch({type: 'went-back'}), onLeave});
	// The wizard's own word on what stands in the way, also before anything was tried.
	const obstacle = state.problem ?? reviewed.obstacle;
	const act = (does: ReviewEntry['does'] | undefined) => {
		if (does === undefined) return;
		if (does === 'save') return onSave(false);
		if (does === 'commands') return props.onCommands();
		if (does !== 'build' && does !== 'save-and-build') return dispatch({type: 'jumped', to: does});
		if (reviewed.obstacle !== undefined) return goToObstacle();
		if (host?.mending?.hasRights === false) return props.onCommands();
		if (does === 'build') onBuild();
		else onSave(true);
	};
	const goToObstacle = () => {
		const index = entries.findIndex(({does}) => does === obstacle?.at);
		if (index >= 0) list.mark(index);
	};
	useKeys(press => {
		const command = list.press(press);
		if (command === 'choose') act(entries[list.state.marked]?.does);
		if (command === 'start') act('build');
		if (command === 'save') act('save');
		if (command === 'commands' && host?.mending) props.onCommands();
		if (command === 'recheck') props.onRecheck();
	});
	const width = bodyColumns(size.columns);
	const above = [...drawReview(reviewed, width, glyphs), ...drawHost(host, width, glyphs)];
	const findings = drawFindings(reviewed, width, glyphs, Math.max(2, bodyRows(size.rows) - above.length - 8));
	const height = Math.max(3, bodyRows(size.rows) - above.length - findings.length - 1);
	const body = [...above, emptyLine, ...drawList(entries, list.state, {width, height, glyphs}), ...findings];
	const notice = problem === undefined ? undefined : ({tone: 'bad', text: problem} as const);
	return (
		<ScreenRows
			rows={drawPage(
				{
					title: 'Is this what you want to build?',
					remark: line(toned('rehearsal', reviewed.rehearsal ? 'REHEARSAL' : '')),
					body,
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

function doingsOf(host: HostReadiness | undefined): readonly ReviewEntry[] {
	const {mending} = host ?? {};
	const remark = (text: string) => line(toned('muted', text));
	const build: ReviewEntry =
		mending === undefined
			? {title: 'Build now', right: host ? undefined : remark('checking this machine'), does: 'build'}
			: mending.hasRights
				? {title: `${capitalised(mending.purpose)}, then build`, right: remark('c shows the commands'), does: 'build'}
				: {
						title: `An administrator has to ${mending.purpose} first`,
						right: remark('Enter shows how'),
						does: 'commands',
					};
	return [
		build,
		{title: 'Save as preset, then build', does: 'save-and-build'},
		{title: 'Save as preset only', does: 'save'},
	];
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

const isAnswer = ({id}: VisibleQuestion) => id !== 'review';

const questionEntry = ({id, title, value}: VisibleQuestion): ReviewEntry => ({
	mark: line(toned('muted', title.padEnd(22)), ' '),
	title: value === '' ? '(empty)' : cleanLine(value),
	does: id,
});

function drawReview({image, iso, disk, minutes, rehearsal}: Review, width: number, glyphs: Glyphs): Line[] {
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
}

/** Errors and warnings with what to do; infos where there is room. */
function drawFindings({findings, complaints, passedOver}: Review, width: number, glyphs: Glyphs, room: number): Line[] {
	const rows = [
		...complaints.flatMap(({place, message}) =>
			wrapped(`${glyphs.fail} ${cleanLine(place)}: ${cleanLine(message)}`, width, 'bad'),
		),
		...passedOver.flatMap(({place, message}) =>
			wrapped(`${glyphs.warn} ${cleanLine(place)}: ${cleanLine(message)}`, width, 'warning'),
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
}
