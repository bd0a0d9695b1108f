import {useWindowSize} from 'ink';
import {useRef, useState} from 'react';
import type {AppActions, PathCandidate} from '../../app/actions.ts';
import {cleanLine} from '../../text/ansi.ts';
import {useKeys} from '../keyboard.tsx';
import {commandOf} from '../keymap.ts';
import {bodyColumns, drawPage, type Notice} from '../page-layout.ts';
import {ScreenRows} from '../screen-rows.tsx';
import {emptyLine, line, toned, wrapped} from '../styled-text.ts';
import {useTextHistory} from '../text-history.tsx';
import {drawInput, editInput, inputOf, maskedInput, typeInto} from '../text-input.ts';
import {useTheme} from '../theme.tsx';

type Props = {
	title: string;
	/** What the text is, and what happens with it. */
	explanation: string;
	initial?: string;
	/** For secrets: what is typed is neither shown nor brought back anywhere later. */
	masked?: boolean;
	/** For paths: Tab completes them. */
	complete?: AppActions['completePath'];
	/** Tells why the text is refused, if it is. */
	onTake(text: string): Promise<string | undefined>;
	onBack(): void;
	onLeave(): void;
};

/** One line to type, such as a name or a path. */
export function TextEntryScreen(props: Props) {
	const {title, explanation, initial = '', masked = false, complete, onTake, onBack, onLeave} = props;
	const {glyphs} = useTheme();
	const size = useWindowSize();
	const [input, setInput] = useState(() => inputOf(initial));
	const latest = useRef(input);
	latest.current = input;
	const history = useTextHistory();
	const kind = complete === undefined ? 'name' : 'path';
	const [notice, setNotice] = useState<Notice>();
	const [candidates, setCandidates] = useState<readonly PathCandidate[]>([]);

	const take = async () => {
		const text = input.text.trim();
		if (text === '') return;
		if (!masked) history.keep(kind, text);
		const refused = await onTake(text);
		if (refused !== undefined) setNotice({tone: 'bad', text: refused});
	};
	const completePath = async () => {
		if (complete === undefined) return;
		const found = await complete(input.text);
		// Something else was typed meanwhile.
		if (latest.current.text !== input.text) return;
		setInput(inputOf(found.text));
		setCandidates(found.candidates);
	};
	useKeys(press => {
		if (press.key === 'tab' && complete !== undefined) return void completePath();
		const command = press.text === undefined ? commandOf('entry', press) : undefined;
		if (command === 'leave') return onLeave();
		if (command === 'back') return onBack();
		if (command === 'choose') return void take();
		if (masked && command !== undefined) return;
		const next =
			command !== undefined
				? history.recall(kind, input, command)
				: press.text === undefined
					? editInput(input, press)
					: typeInto(input, press.text);
		if (next === undefined) return;
		setInput(next);
		setNotice(undefined);
	});
	const width = bodyColumns(size.columns);
	const without = masked ? ['earlier', 'later'] : [];
	const body = [
		...wrapped(explanation, width, 'muted'),
		emptyLine,
		line(toned('accent', `${glyphs.pointer} `), drawInput(masked ? maskedInput(input) : input, width - 2)),
		...candidates.slice(0, 8).map(({name}) => line('  ', toned('muted', cleanLine(name)))),
	];
	return <ScreenRows rows={drawPage({title, body, scope: 'entry', help: false, glyphs, notice, without}, size)} />;
}
