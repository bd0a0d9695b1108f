import {type Line, line, toned} from '../lines.ts';
import type {DrawPane} from './content.ts';

/** The VM's screen, cut to the pane: the rows down to where the guest writes. */
export const drawScreen: DrawPane = ({screen, snapshot}, {height}) => {
	const written = screen.rows.findLastIndex(row => row.trim() !== '');
	const end = Math.max(written, screen.cursor) + 1;
	const isRunning = snapshot.state.steps.some(({id, phase}) => id === 'smoke-test' && phase.kind === 'running');
	const rows: Line[] = screen.rows.slice(Math.max(0, end - height), end).map(row => line(toned('plain', row)));
	return {rows, remark: isRunning ? 'serial console' : 'serial console, VM ended'};
};
