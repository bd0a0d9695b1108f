import {useApp, useStdout} from 'ink';
import type {AppActions} from '../../app/actions.ts';
import type {RunState} from '../../pipeline/run-state.ts';
import {cleanLine} from '../../text/ansi.ts';
import {counted} from '../../text/phrases.ts';
import {copySequence} from '../clipboard.ts';
import type {CommandOf} from '../keymap.ts';
import type {DashboardView, Seen} from './dashboard-view.ts';
import {placeOf} from './log-lines.ts';
import {linesInSight} from './log-pane.ts';

type Seeing = {view: DashboardView; seen: Seen; state: RunState};

/**
 * What keys do with the log outside of the picture: copy its lines, open its file. The answer resolves to what is to be
 * told of it; undefined for every other command.
 */
export function useLogActions(
	openLog: AppActions['openLog'] | undefined,
): (command: CommandOf<'dashboard'> | undefined, seeing: Seeing) => Promise<string | undefined> | undefined {
	const {stdout} = useStdout();
	const {suspendTerminal} = useApp();
	const copy = async (lines: readonly string[]) => {
		stdout.write(copySequence(lines.join('\n')));
		return `copied ${counted(lines.length, 'line')}, if the terminal allows it`;
	};
	const open = async (how: 'pager' | 'editor', {view, seen, state}: Seeing) => {
		if (openLog === undefined || seen.step === undefined || state.run === undefined) return 'there is no log file';
		const path = `${state.run.folder}/logs/${seen.step}.log`;
		let problem: string | undefined;
		await suspendTerminal(async () => {
			problem = await openLog({path, line: view.mark === undefined ? undefined : view.mark + 1, how});
		});
		return problem;
	};
	return (command, seeing) => {
		const {view, seen} = seeing;
		const inSight = () => linesInSight(seen, view, {room: seen.height, width: seen.width});
		if (command === 'copyAll') return copy(inSight());
		if (command === 'copyLine') {
			const marked = view.mark === undefined ? undefined : seen.lines[placeOf(seen, view.mark)];
			return copy(marked ? [cleanLine(marked.text)] : inSight().slice(-1));
		}
		if (command === 'pager' || command === 'editor') return open(command, seeing);
		return undefined;
	};
}
