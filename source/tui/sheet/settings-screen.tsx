import {useWindowSize} from 'ink';
import {type Dispatch, useEffect, useState} from 'react';
import {fields} from '../../settings/fields.ts';
import type {SettingKey} from '../../settings/settings.ts';
import type {HalfTyped} from '../../wizard/draft.ts';
import {settingRows, valuesOf} from '../../wizard/settings-list.ts';
import {settingsOf} from '../../wizard/settings-of-answers.ts';
import {wizardReducer} from '../../wizard/wizard-reducer.ts';
import type {WizardAction, WizardState} from '../../wizard/wizard-state.ts';
import type {KeyPress} from '../key-press.ts';
import {useKeys} from '../keyboard.tsx';
import {commandOf} from '../keymap.ts';
import {initialList, type ListMove, moveMark, useList} from '../list-state.ts';
import {bodyColumns, bodyRows, drawPage} from '../page-layout.ts';
import {ScreenRows} from '../screen-rows.tsx';
import {line, toned} from '../styled-text.ts';
import {useTextHistory} from '../text-history.tsx';
import {editInput, inputOf, type TextInput, typeInto} from '../text-input.ts';
import {useTheme} from '../theme.tsx';
import {drawAbout, drawFilter, drawSettings, type Editing} from './draw-settings.ts';

type Props = {
	state: WizardState;
	/** The setting to begin at. */
	initial?: SettingKey;
	/** What is typed and not taken, kept should one leave here. */
	halfTyped: {current?: HalfTyped};
	dispatch: Dispatch<WizardAction>;
	onReview(): void;
	onBack(): void;
	onLeave(): void;
};

/** Every setting on one list: its group, its value and where that comes from; changed in place. */
export function SettingsScreen({state, initial, halfTyped, dispatch, onReview, onBack, onLeave}: Props) {
	const {glyphs} = useTheme();
	const size = useWindowSize();
	const [filter, setFilter] = useState<TextInput>();
	const [isFiltering, setFiltering] = useState(false);
	const [editing, setEditing] = useState<Editing | undefined>(() => begunEditing(initial, halfTyped.current));
	const history = useTextHistory();
	const rows = settingRows(state, filter?.text ?? '');
	const begunAt = rows.findIndex(({key}) => key === initial);
	const list = useList('settings', rows.length, {onBack, onLeave, mark: Math.max(0, begunAt)});
	const row = rows[list.state.marked];
	useEffect(() => {
		halfTyped.current =
			row !== undefined && editing?.kind === 'typing'
				? {where: 'settings', key: row.key, text: editing.typed.text}
				: undefined;
	});
	useEffect(
		() => () => {
			halfTyped.current = undefined;
		},
		[halfTyped],
	);

	const edit = () => {
		if (row === undefined) return;
		const values = valuesOf(row.key);
		const value = settingsOf(state)[row.key];
		setEditing(
			values.length > 0
				? {
						kind: 'choosing',
						marked: Math.max(
							0,
							values.findIndex(one => one.value === value),
						),
					}
				: {kind: 'typing', typed: inputOf(fields[row.key].secret ? '' : String(value))},
		);
	};
	const whileEditing = (editing: Editing, press: KeyPress) => {
		if (row === undefined) return setEditing(undefined);
		const take = (text: string) => {
			if (editing.kind === 'typing' && !fields[row.key].secret)
				history.keep(row.key, String(settingsOf(state)[row.key]), text);
			const action = {type: 'edited', key: row.key, text} as const;
			dispatch(action);
			// What was refused stays there, to be mended.
			if (wizardReducer(state, action).problem === undefined) setEditing(undefined);
		};
		const command = commandOf('entry', press);
		if (command === 'leave') return onLeave();
		if (command === 'back') {
			dispatch({type: 'typed'});
			return setEditing(undefined);
		}
		if (editing.kind === 'choosing') {
			const values = valuesOf(row.key);
			const move = commandOf('settings', press);
			if (isMove(move))
				setEditing({
					...editing,
					marked: moveMark({...initialList, marked: editing.marked}, move, values.length).marked,
				});
			else if (command === 'choose' || move === 'choose') take(String(values[editing.marked]?.value));
			return;
		}
		if (command === 'choose') return take(editing.typed.text.trim());
		const typed =
			command !== undefined
				? history.recall(row.key, editing.typed, command)
				: press.text === undefined
					? editInput(editing.typed, press)
					: typeInto(editing.typed, press.text);
		if (typed === undefined) return;
		setEditing({kind: 'typing', typed});
		if (typed.text !== editing.typed.text) dispatch({type: 'typed'});
	};
	const whileFiltering = (press: KeyPress) => {
		if (press.key === 'enter' || press.key === 'down' || press.key === 'tab') return setFiltering(false);
		if (press.key === 'ctrl+c') return onLeave();
		if (press.key === 'escape') {
			setFiltering(false);
			return setFilter(undefined);
		}
		const typed = filter ?? inputOf('');
		const next = press.text === undefined ? editInput(typed, press) : typeInto(typed, press.text);
		if (next) setFilter(next);
		list.mark(0);
	};
	useKeys(press => {
		if (editing) return whileEditing(editing, press);
		if (isFiltering) return whileFiltering(press);
		const command = list.press(press);
		if (command === 'choose') edit();
		if (command === 'reset' && row) dispatch({type: 'reset', key: row.key});
		if (command === 'filter') setFiltering(true);
		if (command === 'review') onReview();
	});

	const width = bodyColumns(size.columns);
	const about = row === undefined ? [] : drawAbout(row, state, {width, glyphs});
	const all = settingRows(state);
	const head = drawFilter({filter, isFiltering, shown: rows.length, all: all.length, width});
	const room = Math.max(3, bodyRows(size.rows) - about.length - head.length);
	const drawn = drawSettings(rows, {marked: list.state.marked, editing, height: room, width, glyphs});
	return (
		<ScreenRows
			rows={drawPage(
				{
					title: 'All settings',
					remark: line(toned('muted', `${all.filter(({isChanged}) => isChanged).length} changed`)),
					body: [...head, ...drawn, ...about],
					scope: editing ? 'entry' : 'settings',
					help: list.help,
					without: editing?.kind === 'choosing' ? ['earlier', 'later'] : [],
					glyphs,
				},
				size,
			)}
		/>
	);
}

/** What was being typed when one left. */
const begunEditing = (initial: SettingKey | undefined, half: HalfTyped | undefined): Editing | undefined =>
	half?.where === 'settings' && half.key === initial ? {kind: 'typing', typed: inputOf(half.text)} : undefined;

const moves: readonly unknown[] = ['up', 'down', 'pageUp', 'pageDown', 'first', 'last'];
const isMove = (command: unknown): command is ListMove => moves.includes(command);
