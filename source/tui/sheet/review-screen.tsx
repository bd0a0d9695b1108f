import {useWindowSize} from 'ink';
import {type Dispatch, useEffect} from 'react';
import type {HostReadiness} from '../../app/actions.ts';
import type {SettingKey} from '../../settings/settings.ts';
import {decisionsFor} from '../../wizard/decisions.ts';
import {review} from '../../wizard/review.ts';
import type {ReviewRow} from '../../wizard/review-rows.ts';
import {settingsOf} from '../../wizard/settings-of-answers.ts';
import type {WizardAction, WizardState} from '../../wizard/wizard-state.ts';
import {useKeys} from '../keyboard.tsx';
import {useList, windowStart} from '../list-state.ts';
import {bodyColumns, bodyRows, drawPage, noticeRows} from '../page-layout.ts';
import {ScreenRows} from '../screen-rows.tsx';
import {emptyLine, line, toned} from '../styled-text.ts';
import {useTheme} from '../theme.tsx';
import {drawMachine} from './draw-machine.ts';
import {drawEntries, drawNeeds, drawRemark} from './draw-review.ts';
import {nameOf, reviewEntries} from './review-entries.ts';

type Props = {
	state: WizardState;
	/** Why the build did not start. */
	problem?: string;
	/** The settings that the failure of the build before names. */
	implicated: readonly SettingKey[];
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
	/** Opens all checks of this machine that failed. */
	onMachine(): void;
	/** What the cursor is on, kept while something else is on the screen. */
	cursor: {current?: string};
	onBack(): void;
	onLeave(): void;
};

// With fewer rows the reference of the image would be out of sight.
const leastHigh = 30;

/** What will be built, in words, and what to do with it. */
export function ReviewScreen(props: Props) {
	const {state, problem, host, dispatch, onBuild, onSave, onSettings, onShow, onBack, onLeave} = props;
	const {glyphs} = useTheme();
	const size = useWindowSize();
	const reviewed = review(state);
	const entries = reviewEntries(state, host, props.implicated);
	const wanted = props.cursor.current;
	const before = entries.findIndex(one =>
		wanted === undefined ? one.kind === 'row' && one.row.isImplicated : nameOf(one) === wanted,
	);
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
		if (decision) dispatch({type: 'went-to', place: decision, field: key});
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
		if (command === 'machine' && host?.failed.length) props.onMachine();
		if (command === 'recheck') props.onRecheck();
	});
	const width = bodyColumns(size.columns);
	const where = {width, glyphs, isLow: size.rows < leastHigh};
	const below = [...drawMachine(host, where), ...drawRemark(entry, where), ...drawNeeds(reviewed, where)];
	const notice = problem === undefined ? undefined : ({tone: 'bad', text: problem} as const);
	const taken = below.length + noticeRows(notice, size.columns, glyphs).length;
	const room = Math.max(3, bodyRows(size.rows) - taken);
	const {lines, at} = drawEntries(entries, list.state.marked, where);
	const start = windowStart(at, lines.length, room);
	const shown = lines.slice(start, start + room);
	const changed = entries.filter(one => one.kind === 'row' && one.row.isChanged).length;
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
					without: [...(host?.mending ? [] : ['commands']), ...(host?.failed.length ? [] : ['machine'])],
				},
				size,
			)}
		/>
	);
}
