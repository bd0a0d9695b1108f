import {type Line, line, toned, wrapped} from './lines.ts';
import type {Loaded} from './loaded.ts';

/** Rows for what an action answered; for the wait and for a failure, a sentence. */
export const loadedRows = <T>(
	loaded: Loaded<T>,
	{waiting, width}: {waiting: string; width: number},
	draw: (value: T) => readonly Line[],
): readonly Line[] => {
	if (loaded.kind === 'loading') return [line(toned('muted', waiting))];
	return loaded.kind === 'failed' ? wrapped(loaded.message, width, 'bad') : draw(loaded.value);
};
