import type {Reporter} from '../../pipeline/step.ts';

/**
 * Reads mksquashfs -progress, which redraws one line: `[====\ ] 1234/5678  21%`. Its other lines go to the log.
 */
export const squashProgress = (report: Pick<Reporter, 'progress' | 'log'>) => {
	let rest = '';
	return (bytes: Uint8Array) => {
		const pieces = (rest + Buffer.from(bytes).toString('latin1')).split(/[\r\n]+/);
		rest = pieces.pop() ?? '';
		let latest: {done: number; total: number} | undefined;
		for (const piece of pieces) {
			const [, done, total] = /^\[[^\]]*\]\s*(\d+)\/(\d+)\s+\d+%/.exec(piece) ?? [];
			if (done !== undefined) latest = {done: Number(done), total: Number(total)};
			else if (piece.trim() !== '') report.log({stream: 'out', text: piece});
		}
		if (latest) report.progress({...latest, unit: 'items', label: 'blocks packed'});
	};
};
