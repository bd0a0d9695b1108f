import {matchesFilter} from '../text/word-filter.ts';
import type {Asker} from './asker.ts';

export type PromptChoice<T> = {
	value: T;
	title: string;
	/** Another name that may be answered. */
	name?: string;
	description?: string;
	/** Why it cannot be chosen. */
	disabled?: string;
};

/** What else than a choice may be answered: a word that means something, or text of one's own. */
export type Extra<T> = {words: readonly string[]; value: T; does: string};

/** Prints numbered choices and takes a number, a name or the beginning of one. */
export async function choose<T>(
	asker: Asker,
	message: string,
	choices: readonly PromptChoice<T>[],
	{offered, extras = [], own}: {offered?: number; extras?: readonly Extra<T>[]; own?(text: string): T} = {},
): Promise<T> {
	asker.say(
		...choices.flatMap(({title, description, disabled}, index) => [
			`  ${index + 1}. ${title}${index === offered ? ' (offered)' : ''}${disabled === undefined ? '' : `, not possible: ${disabled}`}`,
			...(description ? [`     ${description}`] : []),
		]),
		...extras.map(({words, does}) => `  ${words[0]}: ${does}`),
	);
	for (;;) {
		const text = (await asker.text(message, offered === undefined ? undefined : String(offered + 1))).trim();
		const extra = extras.find(({words}) => words.includes(text.toLowerCase()));
		if (extra) return extra.value;
		const found = findChoice(text, choices);
		if (found.length === 1 && found[0] && found[0].disabled === undefined) return found[0].value;
		if (found.length === 0 && own && text !== '') return own(text);
		asker.say(refusal(text, found, choices.length));
	}
}

function findChoice<T>(text: string, choices: readonly PromptChoice<T>[]): readonly PromptChoice<T>[] {
	if (text === '') return [];
	const named = choices.filter(({title, name}) =>
		[title, name].some(known => known?.toLowerCase() === text.toLowerCase()),
	);
	if (named.length > 0) return named;
	const numbered = /^\d+$/.test(text) ? choices[Number(text) - 1] : undefined;
	return numbered ? [numbered] : choices.filter(({title}) => matchesFilter(text, title));
}

function refusal<T>(text: string, found: readonly PromptChoice<T>[], count: number): string {
	const [only] = found;
	if (only && found.length === 1) return `${only.title} is not possible: ${only.disabled}`;
	if (found.length > 1) return `"${text}" could be ${found.map(({title}) => title).join(' or ')}.`;
	return `Answer with a number from 1 to ${count}, or with a name.`;
}
