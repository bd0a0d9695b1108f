import {createContext, use} from 'react';
import {inputOf, type TextInput} from './text-input.ts';

/** What was taken in each kind of field since the program began, newest last. */
type TakenTexts = Map<string, readonly string[]>;

export const TextHistoryContext = createContext<TakenTexts>(new Map());

const mostKept = 50;

/** What was taken before in fields of this kind, for the keys that bring it back. */
export function useTextHistory() {
	const taken = use(TextHistoryContext);
	return {
		/** Keeps texts, the newest last. */
		keep(kind: string, ...texts: readonly string[]) {
			const others = (taken.get(kind) ?? []).filter(text => !texts.includes(text));
			taken.set(kind, [...others, ...new Set(texts.filter(text => text !== ''))].slice(-mostKept));
		},
		recall: (kind: string, input: TextInput, to: 'earlier' | 'later') => recall(input, to, taken.get(kind) ?? []),
	};
}

/** The line with what was taken before it, or again after that; behind the newest it is what was being typed. */
export function recall(input: TextInput, to: 'earlier' | 'later', texts: readonly string[]): TextInput {
	const typed = input.recalled?.typed ?? input.text;
	const others = texts.filter(text => text !== typed);
	const at = input.recalled?.at ?? others.length;
	const next = Math.max(0, Math.min(others.length, at + (to === 'earlier' ? -1 : 1)));
	if (next === at) return input;
	const {text, cursor, before, cut} = input;
	return {
		...inputOf(others[next] ?? typed),
		before: [...before, {text, cursor}],
		cut,
		recalled: {at: next, typed},
	};
}
