import {useWindowSize} from 'ink';
import {useState} from 'react';
import type {PresetImport} from '../../app/actions.ts';
import {cleanLine} from '../../text/ansi.ts';
import {drawImport} from '../home/draw-difference.ts';
import {useKeys} from '../keyboard.tsx';
import {commandOf} from '../keymap.ts';
import {bodyColumns, bodyRows, drawPage, type Notice} from '../page-layout.ts';
import {ScreenRows} from '../screen-rows.tsx';
import {emptyLine, line, toned} from '../styled-text.ts';
import {useTheme} from '../theme.tsx';
import {messageOf} from '../use-loaded.ts';
import type {ScreenProps} from './screen-props.ts';
import {TextEntryScreen} from './text-entry-screen.tsx';

type Props = ScreenProps & {onBack(saved?: string): void};

/** A preset or a `.arg` from elsewhere: where it is, what it changes, and whether to save it. */
export function PresetImportScreen({actions, leave, onBack}: Props) {
	const [imported, setImported] = useState<PresetImport>();
	const [unnamed, setUnnamed] = useState<{from: string; why: string}>();
	const look = async (from: string, name?: string) => {
		try {
			const looked = await actions.lookAtImport(from, name);
			if (!('needsName' in looked)) setImported(looked);
			else if (name !== undefined) return looked.needsName;
			else setUnnamed({from, why: looked.needsName});
			return undefined;
		} catch (error) {
			return messageOf(error);
		}
	};
	if (imported !== undefined) {
		return (
			<ImportQuestion
				imported={imported}
				onYes={() => actions.saveImport(imported)}
				onEnd={onBack}
				onLeave={() => leave(130)}
			/>
		);
	}
	if (unnamed !== undefined) {
		return (
			<TextEntryScreen
				key="name"
				title="Name the imported preset"
				explanation={`${cleanLine(unnamed.why)}. A name, such as edge-lab:`}
				onTake={name => look(unnamed.from, name)}
				onBack={() => setUnnamed(undefined)}
				onLeave={() => leave(130)}
			/>
		);
	}
	return (
		<TextEntryScreen
			key="from"
			title="Import a preset"
			explanation="Path or https address of a preset file, or of a .arg of CanvOS. Nothing is saved before you have seen what it changes."
			complete={actions.completePath}
			onTake={from => look(from)}
			onBack={() => onBack()}
			onLeave={() => leave(130)}
		/>
	);
}

type QuestionProps = {
	imported: PresetImport;
	onYes(): Promise<void>;
	onEnd(saved?: string): void;
	onLeave(): void;
};

function ImportQuestion({imported, onYes, onEnd, onLeave}: QuestionProps) {
	const {glyphs} = useTheme();
	const size = useWindowSize();
	const [notice, setNotice] = useState<Notice>();
	useKeys(press => {
		const answer = commandOf('question', press);
		if (answer === 'leave') onLeave();
		if (answer === 'no') onEnd();
		if (answer === 'yes')
			onYes().then(
				() => onEnd(imported.name),
				(error: unknown) => setNotice({tone: 'bad', text: messageOf(error)}),
			);
	});
	const width = bodyColumns(size.columns);
	const asked = imported.exists
		? `Replace the preset ${cleanLine(imported.name)}?`
		: `Save it as the preset ${cleanLine(imported.name)}?`;
	const question = [emptyLine, line(toned('title', asked))];
	const rows = drawImport(imported, width, glyphs).slice(0, Math.max(1, bodyRows(size.rows) - question.length));
	const body = [...rows, ...question];
	return (
		<ScreenRows
			rows={drawPage({title: 'Import a preset', body, scope: 'question', help: false, glyphs, notice}, size)}
		/>
	);
}
