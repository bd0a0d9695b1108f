import {useCallback, useEffect, useRef, useState} from 'react';
import {cleanText} from './clean-text.ts';

export type Loaded<T> = {kind: 'loading'} | {kind: 'loaded'; value: T} | {kind: 'failed'; message: string};

/** What an action answered, and a function to ask again. Answers to an earlier question are ignored. */
export const useLoaded = <T>(load: () => Promise<T>): [Loaded<T>, () => void] => {
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
};

/** What an error tells a person: its message and what to try. */
export const messageOf = (error: unknown): string => {
	const {message, hint} = error instanceof Error ? (error as Error & {hint?: string}) : {message: String(error)};
	return cleanText(hint === undefined ? message : `${message.replace(/[.\s]+$/, '')}. ${hint}`);
};
