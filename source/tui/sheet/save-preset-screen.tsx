import {useWindowSize} from 'ink';
import {useState} from 'react';
import {describeSettings} from '../../wizard/preset-of-answers.ts';
import {settingsOf} from '../../wizard/settings-of-answers.ts';
import type {WizardState} from '../../wizard/wizard-state.ts';
import {yesNo} from '../confirmation.ts';
import type {KeyPress} from '../key-press.ts';
import {useKeysOnceLoaded} from '../keyboard.tsx';
import {commandOf} from '../keymap.ts';
import {bodyColumns, drawPage, type Notice} from '../page-layout.ts';
import {ScreenRows} from '../screen-rows.tsx';
import type {ScreenProps} from '../screens/screen-props.ts';
import {emptyLine, type Line, line, toned, wrapped} from '../styled-text.ts';
import {useTextHistory} from '../text-history.tsx';
import {drawInput, editInput, inputOf, type TextInput, typeInto} from '../text-input.ts';
import {useTheme} from '../theme.tsx';
import {messageOf} from '../use-loaded.ts';

type Props = ScreenProps & {
	state: WizardState;
	suggested: string;
	onSave(name: string, description: string): Promise<void>;
	onBack(): void;
	onLeave(): void;
};

type Stage = 'name' | 'checking' | 'overwrite' | 'description' | 'saving';

/** Name and description of a preset; asks before one of that name is replaced. */
export function SavePresetScreen({actions, state, suggested, onSave, onBack, onLeave}: Props) {
	const {glyphs} = useTheme();
	const size = useWindowSize();
	const [stage, setStage] = useState<Stage>('name');
	const [name, setName] = useState(inputOf(suggested));
	const [description, setDescription] = useState(() => inputOf(describeSettings(settingsOf(state))));
	const history = useTextHistory();
	const [notice, setNotice] = useState<Notice>();

	const takeName = async () => {
		const wanted = name.text.trim();
		history.keep('name', wanted);
		if (wanted === '') return setNotice({tone: 'bad', text: 'A preset needs a name, such as "edge-k3s".'});
		setStage('checking');
		const {refused, exists} = await actions
			.checkPresetName(wanted)
			.catch((error: unknown) => ({refused: messageOf(error), exists: false}));
		setNotice(refused === undefined ? undefined : {tone: 'bad', text: refused});
		setStage(refused !== undefined ? 'name' : exists ? 'overwrite' : 'description');
	};
	const press = (press: KeyPress) => {
		if (stage === 'saving') return;
		if (stage === 'overwrite') {
			const answer = commandOf('question', press);
			if (answer === 'yes') setStage('description');
			if (answer === 'no') setStage('name');
			if (answer === 'leave') onLeave();
			return;
		}
		const command = commandOf('entry', press);
		if (command === 'leave') return onLeave();
		if (command === 'back') return stage === 'name' ? onBack() : setStage('name');
		if (command === 'choose' && stage === 'name') return void takeName();
		if (command === 'choose') {
			history.keep('description', description.text.trim());
			setStage('saving');
			return void onSave(name.text.trim(), description.text.trim());
		}
		const change = (entry: TextInput) =>
			command !== undefined
				? history.recall(stage, entry, command)
				: press.text !== undefined
					? typeInto(entry, press.text)
					: (editInput(entry, press) ?? entry);
		// It was of the name before.
		setNotice(undefined);
		if (stage === 'name') setName(change);
		else setDescription(change);
	};
	// Nothing that is typed meanwhile may become part of the name that was looked up.
	useKeysOnceLoaded(stage !== 'checking', press, ['ctrl+c']);
	const isAtName = stage === 'name' || stage === 'checking';
	const width = bodyColumns(size.columns);
	const body = [
		...wrapped('The next build starts from a preset in two keys, and scripts can name it.', width, 'muted'),
		emptyLine,
		line(toned('title', 'Name')),
		drawEntry(name, isAtName, {pointer: glyphs.pointer, width}),
		emptyLine,
		line(toned(isAtName ? 'muted' : 'title', 'Description')),
		drawEntry(description, stage === 'description', {pointer: glyphs.pointer, width}),
	];
	return (
		<ScreenRows
			rows={drawPage(
				{
					title: 'Save as preset',
					body,
					scope: 'entry',
					help: false,
					glyphs,
					notice,
					without: ['help'],
					question:
						stage === 'overwrite'
							? yesNo(
									`Replace preset ${name.text.trim()}?`,
									'Its settings are replaced; comments in its file stay.',
									width,
								)
							: undefined,
				},
				size,
			)}
		/>
	);
}

const drawEntry = (entry: TextInput, isActive: boolean, {pointer, width}: {pointer: string; width: number}): Line =>
	isActive ? line(toned('accent', `${pointer} `), drawInput(entry, width - 2)) : line('  ', toned('muted', entry.text));
