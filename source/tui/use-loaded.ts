import {useCallback, useEffect, useRef, useState} from 'react';
import {cleanText} from '../text/ansi.ts';
import {type Line, line, toned, wrapped} from './styled-text.ts';

export type Loaded<T> = {kind: 'loading'} | {kind: 'loaded'; value: T} | {kind: 'failed'; message: string};

/** What an action answered, and a function to ask again. Answers to an earlier question are ignored. */
export function useLoaded<T>(load: () => Promise<T>): [Loaded<T>, () => void] {
	const [loaded, setLoaded] = useState<Loaded<T>>({kind: 'loading'});
	const [asked, setAsked] = useState(0);
	const ask = useRef(load);
	ask.current = load;
	// biome-ignore lint/correctness/useExhaustiveDependencies: asking again is what the counter is for.
	useEffect(() => {
		let isWanted = true;
		ask.current().then(
			value => isWanted && setLoaded({kind: 'loaded', value}),
			(error: unknown) => isWanted && setLoaded({kind: 'failed', message: messageOf(error)}),
		);
		return () => {
			isWanted = false;
		};
	}, [asked]);
	return [loaded, useCallback(() => setAsked(count => count + 1), [])];
}

/** Rows for what an action answered; for the wait and for a failure, a sentence. */
export function loadedRows<T>(
	loaded: Loaded<T>,
	{waiting, width}: {waiting: string; width: number},
	draw: (value: T) => readonly Line[],
): readonly Line[] {
	if (loaded.kind === 'loading') return [line(toned('muted', waiting))];
	return loaded.kind === 'failed' ? wrapped(loaded.message, width, 'bad') : draw(loaded.value);
}

/** What an error tells a person: its message and what to try. */
export function messageOf(error: unknown): string {
	const {message, hint} = error instanceof Error ? (error as Error & {hint?: string}) : {message: String(error)};
	return cleanText(hint === undefined ? message : `${message.replace(/[.\s]+$/, '')}. ${hint}`);
}
