import {useState} from 'react';
import {cleanLine} from '../../text/ansi.ts';
import {drawDifference} from '../home/draw-difference.ts';
import type {Notice} from '../page-layout.ts';
import {messageOf, useLoaded} from '../use-loaded.ts';
import {PresetImportScreen} from './preset-import-screen.tsx';
import {PresetListScreen} from './preset-list-screen.tsx';
import type {PresetTask} from './preset-task.ts';
import {ReadingScreen} from './reading-screen.tsx';
import type {ScreenProps} from './screen-props.ts';
import {TextEntryScreen} from './text-entry-screen.tsx';

/** The list of presets, and what is asked or shown for one of them. */
export function PresetsScreen(props: ScreenProps & {mark?: number}) {
	const {actions, leave} = props;
	const [loaded, reload] = useLoaded(() => actions.listPresets());
	const [mark, setMark] = useState(props.mark);
	const [task, setTask] = useState<PresetTask>();
	const [notice, setNotice] = useState<Notice>();
	const back = (text?: string) => {
		setNotice(text === undefined ? undefined : {tone: 'good', text});
		setTask(undefined);
	};
	const common = {onBack: () => back(), onLeave: () => leave(130)};
	// Says what went well in the list, or what did not beside the text.
	const doing = (work: (text: string) => Promise<string>) => async (text: string) => {
		try {
			back(await work(text));
			reload();
			return undefined;
		} catch (error) {
			return messageOf(error);
		}
	};
	switch (task?.kind) {
		case undefined:
			return (
				<PresetListScreen
					{...props}
					loaded={loaded}
					reload={reload}
					mark={mark}
					initialNotice={notice}
					onTask={(task, mark) => {
						setTask(task);
						setMark(mark);
					}}
				/>
			);
		case 'import':
			return (
				<PresetImportScreen
					{...props}
					onBack={name => {
						back(name && `Saved preset ${cleanLine(name)}.`);
						reload();
					}}
				/>
			);
		case 'compare':
			return (
				<ReadingScreen
					{...common}
					title={`${cleanLine(task.before)} and ${cleanLine(task.after)}`}
					draw={(width, glyphs) => drawDifference(task.difference, width, glyphs)}
				/>
			);
		case 'duplicate':
			return (
				<TextEntryScreen
					{...common}
					title={`Save ${cleanLine(task.preset.name)} under another name, too`}
					explanation="Name of the copy, such as edge-lab-2."
					onTake={doing(async copy => {
						await actions.duplicatePreset(task.preset.name, copy);
						return `Saved preset ${copy}.`;
					})}
				/>
			);
		case 'rename':
			return (
				<TextEntryScreen
					{...common}
					title={`Rename ${cleanLine(task.preset.name)}`}
					explanation="Its new name. Scripts that name it have to be told."
					initial={task.preset.name}
					onTake={doing(async name => {
						await actions.renamePreset(task.preset.name, name);
						return `It is called ${name} now.`;
					})}
				/>
			);
		case 'export':
			return (
				<TextEntryScreen
					{...common}
					title={`Export ${cleanLine(task.preset.name)}`}
					explanation="Path of the file to write. Secrets are not in a preset, only where they come from."
					initial={`${task.preset.name}.yaml`}
					complete={actions.completePath}
					onTake={doing(async to => `Wrote ${await actions.exportPreset(task.preset.name, to)}.`)}
				/>
			);
		default:
			return task satisfies never;
	}
}
