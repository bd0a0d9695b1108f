import {useWindowSize} from 'ink';
import {type Dispatch, useState} from 'react';
import {cleanLine} from '../../text/ansi.ts';
import type {QuestionView} from '../../wizard/question-view.ts';
import {review} from '../../wizard/review.ts';
import type {WizardAction, WizardState} from '../../wizard/wizard-state.ts';
import type {Glyphs} from '../glyphs.ts';
import {useKeys} from '../keyboard.tsx';
import {bodyColumns, bodyRows, drawPage} from '../page-layout.ts';
import {ScreenRows} from '../screen-rows.tsx';
import {type Line, line, toned} from '../styled-text.ts';
import {useTheme} from '../theme.tsx';
import {drawProgress, drawQuestion} from './draw-question.ts';
import {answerOf, inputEntries, questionCommand, reduceInput, settled, startInput} from './question-input.ts';

type Props = {
	state: WizardState;
	question: QuestionView;
	note?: string;
	rehearsal: boolean;
	dispatch: Dispatch<WizardAction>;
	onBack(): void;
	onLeave(): void;
};

/** One question, and below it what the answers so far will make. */
export function QuestionScreen({state, question, note, rehearsal, dispatch, onBack, onLeave}: Props) {
	const {glyphs} = useTheme();
	const size = useWindowSize();
	const [typed, setInput] = useState(() => startInput(question));
	const input = settled(question, typed);
	const [explains, setExplains] = useState(false);
	useKeys(press => {
		const command = questionCommand(question, input, press);
		if (command === 'help') return setExplains(!explains);
		if (command === 'path') return dispatch({type: 'path-chosen', path: state.path === 'quick' ? 'expert' : 'quick'});
		if (command === 'back') return onBack();
		if (command === 'leave') return onLeave();
		if (command !== 'choose') return setInput(reduceInput(question, input, press));
		const answer = answerOf(question, input);
		if (answer !== undefined) dispatch({type: 'answered', text: answer});
	});
	const {entries, marked} = inputEntries(question, input);
	const width = bodyColumns(size.columns);
	const preview = size.rows < 16 ? [] : drawPreview(state, width, glyphs);
	const body = drawQuestion(
		{
			question,
			entries,
			marked,
			typed: input.typed,
			untouched: input.untouched,
			problem: state.problem,
			note,
			explains,
			glyphs,
		},
		{width, height: bodyRows(size.rows) - preview.length},
	);
	return (
		<ScreenRows
			rows={drawPage(
				{
					title: rehearsal ? 'New build, REHEARSAL' : 'New build',
					remark: drawProgress(question, glyphs),
					body: [...body, ...preview],
					scope: question.input === 'list' ? 'choice' : 'entry',
					help: false,
					glyphs,
				},
				size,
			)}
		/>
	);
}

function drawPreview(state: WizardState, width: number, {frame}: Glyphs): Line[] {
	const {image, iso} = review(state);
	return [
		line(toned('border', frame.horizontal.repeat(width))),
		line(toned('muted', 'Image  '), toned('accent', cleanLine(image))),
		line(toned('muted', 'ISO    '), toned('accent', cleanLine(iso))),
	];
}
