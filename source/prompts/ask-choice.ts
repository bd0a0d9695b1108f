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

/** What else than a choice may be answered: a word that means something. */
export type Extra<T> = {words: readonly string[]; value: T; does: string};

type Options<T> = {
	/** The choice that Enter alone takes. */
	offered?: number;
	extras?: readonly Extra<T>[];
	/** What `?` tells before the question comes again. */
	explanation?: readonly string[];
	/** Takes text that is none of the choices. */
	own?(text: string): T;
};

/** Prints numbered choices and takes a number, a name or the beginning of one. */
export async function choose<T>(
	asker: Asker,
	message: string,
	choices: readonly PromptChoice<T>[],
	{offered, extras = [], explanation, own}: Options<T> = {},
): Promise<T> {
	const isLong = choices.length > mostAtOnce;
	const shown = isLong ? choices.slice(0, Math.max(mostAtFirst, (offered ?? 0) + 1)) : choices;
	asker.say(...shown.flatMap((choice, index) => choiceLines(choice, index, index === offered)));
	if (shown.length < choices.length)
		asker.say(`  and ${choices.length - shown.length} more: a part of a name finds them, "all" lists them`);
	asker.say(...extraLines(extras, explanation));
	for (;;) {
		const text = (await asker.text(message, offered === undefined ? undefined : String(offered + 1))).trim();
		const extra = extras.find(({words}) => words.includes(text.toLowerCase()));
		if (extra) return extra.value;
		if (explanation && isExplain(text)) {
			asker.say(...explanation);
			continue;
		}
		if (isLong && text.toLowerCase() === 'all') {
			asker.say(...choices.flatMap((choice, index) => choiceLines(choice, index, index === offered)));
			continue;
		}
		const found = findChoice(text, choices);
		if (found.length === 1 && found[0] && found[0].disabled === undefined) return found[0].value;
		if (found.length === 0 && own && text !== '') return own(text);
		asker.say(...refusal(text, found, choices));
	}
}

/** What may be answered beside the choices, in a line. */
export function extraLines(extras: readonly Extra<unknown>[], explanation?: readonly string[]): string[] {
	const all = [
		...(explanation ? ['? tells why it matters'] : []),
		...extras.map(({words, does}) => `${words[0]} ${does}`),
	];
	return all.length === 0 ? [] : [`  Also: ${all.join('; ')}`];
}

/** Whether somebody wants to know more before answering. */
export const isExplain = (text: string): boolean => text === '?' || text.toLowerCase() === 'help';

// As many as are still listened to; of a longer list the newest or first come, and the rest on demand.
const mostAtOnce = 25;
const mostAtFirst = 12;

const choiceLines = <T>({title, description, disabled}: PromptChoice<T>, index: number, isOffered: boolean) => [
	`  ${index + 1}. ${title}${isOffered ? ' (Enter takes it)' : ''}${disabled === undefined ? '' : `, not possible: ${disabled}`}`,
	...(description ? [`     ${description}`] : []),
];

function findChoice<T>(text: string, choices: readonly PromptChoice<T>[]): readonly PromptChoice<T>[] {
	if (text === '') return [];
	const named = choices.filter(({title, name}) =>
		[title, name].some(known => known?.toLowerCase() === text.toLowerCase()),
	);
	if (named.length > 0) return named;
	const numbered = /^\d+$/.test(text) ? choices[Number(text) - 1] : undefined;
	if (numbered) return [numbered];
	const begun = choices.filter(({title, name}) =>
		[title, name].some(known => known?.toLowerCase().startsWith(text.toLowerCase())),
	);
	// A beginning is meant rather than the middle of another: "set" is settings, not preset.
	return begun.length === 1 ? begun : choices.filter(({title, name = ''}) => matchesFilter(text, `${title} ${name}`));
}

function refusal<T>(
	text: string,
	found: readonly PromptChoice<T>[],
	choices: readonly PromptChoice<T>[],
): readonly string[] {
	const [only] = found;
	if (only && found.length === 1) return [`${only.title} is not possible: ${only.disabled}`];
	if (found.length > 1)
		return [
			`"${text}" could be:`,
			...found.slice(0, mostAtOnce).map(choice => `  ${choices.indexOf(choice) + 1}. ${choice.title}`),
		];
	return [`Answer with a number from 1 to ${choices.length}, or with a name.`];
}
