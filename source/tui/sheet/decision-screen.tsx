import {useWindowSize} from 'ink';
import {type Dispatch, useEffect, useMemo, useState} from 'react';
import type {AppActions} from '../../app/actions.ts';
import type {Verdict} from '../../pipeline/events.ts';
import {fields} from '../../settings/fields.ts';
import {cleanLine} from '../../text/ansi.ts';
import {choicesFor} from '../../wizard/choices.ts';
import {type Decision, type DecisionId, decisionOf} from '../../wizard/decisions.ts';
import type {HalfTyped} from '../../wizard/draft.ts';
import {review} from '../../wizard/review.ts';
import {shownValue} from '../../wizard/settings-list.ts';
import {settingsOf} from '../../wizard/settings-of-answers.ts';
import {sheetRows, trouble} from '../../wizard/sheet.ts';
import {fieldsAt} from '../../wizard/wizard-reducer.ts';
import type {Place, WizardAction, WizardProblem, WizardState} from '../../wizard/wizard-state.ts';
import type {KeyPress} from '../key-press.ts';
import {useKeys} from '../keyboard.tsx';
import {type CommandOf, commandOf} from '../keymap.ts';
import {initialList, type ListMove, moveMark} from '../list-state.ts';
import {drawPage} from '../page-layout.ts';
import {ScreenRows} from '../screen-rows.tsx';
import {line, toned} from '../styled-text.ts';
import {editInput, inputOf, typeInto} from '../text-input.ts';
import {useTheme} from '../theme.tsx';
import {candidateInWords, fieldRemark, useField} from './decision-field.ts';
import {type DecisionInput, entriesAt, typesAtOnce} from './decision-input.ts';
import {drawSheet} from './draw-sheet.ts';

type Props = {
	state: WizardState;
	/** Where the choices are from, when that isn't the source itself. */
	note?: string;
	dispatch: Dispatch<WizardAction>;
	/** What a path in a field can go on to. */
	complete: AppActions['completePath'];
	/** Whether the registry answers, once it is known. */
	registry?: {verdict: Verdict; detail: string};
	/** What is typed and not taken, kept should one leave here. */
	halfTyped: {current?: HalfTyped};
	onBack(): void;
	onSettings(): void;
	onLeave(): void;
};

/** One decision, beside it all of them, below it what will come of them. */
export function DecisionScreen(props: Props) {
	const {state, note, dispatch, complete, registry, onBack, onSettings, onLeave} = props;
	const {glyphs} = useTheme();
	const size = useWindowSize();
	const at = state.at === 'review' ? 'image' : state.at;
	const decision = decisionOf(at);
	const [input, setInput] = useState<DecisionInput>(() => begunInput(decision, props.halfTyped.current));
	const [rail, setRail] = useState<number>();
	const [explains, setExplains] = useState(false);
	const field = useField(state, props.halfTyped.current, () => dispatch({type: 'typed'}));
	useEffect(() => {
		props.halfTyped.current =
			field.key === undefined
				? decision.own && input.filter && {where: 'decision', key: decision.own, text: input.filter.text}
				: field.isChanged
					? {where: 'decision', key: field.key, text: field.typed.text}
					: undefined;
	});
	useEffect(
		() => () => {
			props.halfTyped.current = undefined;
		},
		[props.halfTyped],
	);
	const choices = useMemo(() => choicesFor(state, decision), [state, decision]);
	const {entries, marked} = entriesAt(state, decision, input, choices);
	const rows = sheetRows(state);
	const places: readonly (Place | 'settings')[] = [...rows.map(({id}) => id), 'settings', 'review'];
	const wrong = state.upset.map(id => ({id, trouble: trouble(state, id)})).find(({trouble}) => trouble !== undefined);

	const goTo = (place: Place | 'settings' | undefined) => {
		setRail(undefined);
		if (place === 'settings') onSettings();
		else if (place !== undefined) dispatch({type: 'went-to', place});
	};
	const take = (index: number) => {
		const entry = entries[index];
		if (entry === undefined) return;
		if (entry.typed !== undefined && decision.own)
			dispatch({type: 'edited', key: decision.own, text: entry.typed, goesTo: 'next-field'});
		else dispatch({type: 'chose', choice: entry});
	};
	const inRail = (press: KeyPress) => {
		const command = commandOf('rail', press);
		if (isMove(command)) setRail(moveMark({...initialList, marked: rail ?? 0}, command, places.length).marked);
		else if (command === 'choose') goTo(places[rail ?? 0]);
		else if (command === 'pick') goTo(places[Number(press.key) - 1]);
		else if (command === 'review') goTo('review');
		else if (command === 'back') setRail(undefined);
		else if (command === 'leave') onLeave();
	};
	const inFields = (press: KeyPress) => {
		const command = commandOf('fields', press);
		const done = (goesTo: 'next-field' | 'field-before' | 'review') => {
			field.keep();
			if (field.key !== undefined) dispatch({type: 'edited', key: field.key, text: field.typed.text.trim(), goesTo});
		};
		if (command === 'choose') return done('next-field');
		if (command === 'next') return void field.complete(complete).then(completed => completed || done('next-field'));
		if (command === 'before') return done('field-before');
		if (command === 'earlier' || command === 'later') return field.recall(command);
		if (command === 'review') return done('review');
		if (command === 'fix') return goTo(wrong?.id);
		if (command === 'rail') return setRail(rows.findIndex(({isHere}) => isHere));
		if (command === 'help') return setExplains(!explains);
		if (command === 'back') return onBack();
		if (command === 'leave') return onLeave();
		field.press(press);
	};
	const isTyping =
		state.field !== undefined || input.filter !== undefined || typesAtOnce(decision, entries.length, size.rows - 12);
	const inChoices = (press: KeyPress) => {
		const command: CommandOf<'decision'> | undefined = isTyping
			? commandOf('search', press)
			: commandOf('decision', press);
		if (isMove(command))
			return setInput({...input, marked: moveMark({...initialList, marked}, command, entries.length).marked});
		if (command === 'choose') return take(marked);
		if (command === 'pick') return take(Number(press.key) - 1);
		if (command === 'filter') return setInput({filter: inputOf('')});
		if (command === 'fix') return goTo(wrong?.id);
		if (command === 'rail') return setRail(rows.findIndex(({isHere}) => isHere));
		if (command === 'review') return goTo('review');
		if (command === 'help') return setExplains(!explains);
		if (command === 'leave') return onLeave();
		if (command === 'back') return input.filter === undefined ? onBack() : setInput({});
		if (!isTyping) return;
		const typed = input.filter ?? inputOf('');
		const next = press.text === undefined ? editInput(typed, press) : typeInto(typed, press.text);
		if (next === undefined) return;
		// A letter that fits nothing leaves the list as it is.
		const filtered = entriesAt(state, decision, {filter: next}, choices);
		if (filtered.entries.length > 0) setInput({filter: next});
	};
	useKeys(press => {
		if (rail !== undefined) inRail(press);
		else if (state.field !== undefined) inFields(press);
		else inChoices(press);
	});

	const settings = settingsOf(state);
	const way = wrong?.id === state.at ? '' : ` ${isTyping ? 'Ctrl-O' : 'f'} goes there.`;
	const drawing = {
		decision,
		choices: entries,
		marked,
		filter: state.field === undefined && isTyping ? (input.filter ?? inputOf('')) : undefined,
		fields: fieldsAt(state).map(key => ({
			title: fields[key].title,
			value: shownValue(key, settings),
			remark: fieldRemark(key, key === state.field ? field.typed.text : String(settings[key]), state, registry, glyphs),
			...(key === state.field && {typed: field.typed}),
		})),
		problem: state.problem,
		note,
		suggestions: field.candidates.map(candidate => candidateInWords(candidate, state)),
		explains,
		glyphs,
	};
	const scope = rail !== undefined ? 'rail' : state.field !== undefined ? 'fields' : isTyping ? 'search' : 'decision';
	return (
		<ScreenRows
			rows={drawPage(
				{
					title: `New build${settings.builder === 'rehearsal' ? ', REHEARSAL' : ''}`,
					remark: line(toned('muted', `${rows.findIndex(({isHere}) => isHere) + 1} of ${rows.length}`)),
					body: drawSheet({rows, rail, decision: drawing, result: review(state)}, size),
					scope,
					help: false,
					glyphs,
					without: wrong === undefined ? ['fix'] : [],
					notice: wrong && {tone: 'warning', text: `${notFitting(wrong)}${way}`},
				},
				size,
			)}
		/>
	);
}

/** What narrowed the choices when one left, where that may be an answer. */
const begunInput = ({own}: Decision, half: HalfTyped | undefined): DecisionInput =>
	own !== undefined && half?.key === own ? {filter: inputOf(half.text)} : {};

const notFitting = ({id, trouble}: {id: DecisionId; trouble?: WizardProblem}): string =>
	`${decisionOf(id).title} does not fit any more: ${cleanLine(trouble?.message ?? '')}.`;

const moves: readonly unknown[] = ['up', 'down', 'pageUp', 'pageDown', 'first', 'last'];
const isMove = (command: unknown): command is ListMove => moves.includes(command);
