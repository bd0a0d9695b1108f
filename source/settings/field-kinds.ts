import {maskWritten} from '../text/credentials.ts';
import {didYouMean} from '../text/similarity.ts';
import type {Choice, FieldSpec, Parsed, Problem, SettingValue} from './field-types.ts';

type Common<T extends SettingValue> = Omit<
	FieldSpec<T>,
	'kind' | 'parse' | 'choices' | 'secret' | 'builders' | 'expert'
> &
	Partial<Pick<FieldSpec<T>, 'secret' | 'builders' | 'expert'>>;

const common = {secret: false, builders: ['rehearsal', 'canvos'], expert: false} as const;

/** A setting that is true or false. */
export const yesNo = (spec: Common<boolean>): FieldSpec<boolean> => ({
	...common,
	...spec,
	kind: {is: 'yes-no'},
	choices: [
		{value: true, title: 'yes', description: ''},
		{value: false, title: 'no', description: ''},
	],
	parse: parseYesNo,
});

/** A whole number within limits. */
export function integer(spec: Common<number> & {min: number; max: number; unit?: string}): FieldSpec<number> {
	const {min, max, unit, ...rest} = spec;
	return {
		...common,
		...rest,
		kind: {is: 'integer', min, max, unit},
		parse: text => parseInteger(text, {min, max, unit}),
	};
}

/**
 * One of a closed list; `spellings` are what other programs call its values. `elsewhere` are values that others know, each
 * with the reason why it isn't taken here.
 */
export function oneOf<const T extends string>(
	spec: Common<T> & {
		choices: readonly Choice<T>[];
		spellings?: Readonly<Record<string, T>>;
		elsewhere?: Readonly<Record<string, string>>;
	},
): FieldSpec<T> {
	const {spellings = {}, elsewhere = {}, ...rest} = spec;
	const parse = (text: string) => parseChoice(text, spec.choices, {spellings, elsewhere});
	return {...common, ...rest, kind: {is: 'choice'}, parse};
}

/**
 * A line of text. `rule` judges and tidies it; `pattern` says the same for editors, as far as a pattern can.
 * Empty text is right exactly when the rule takes it. `longest` is in characters.
 * @default 255 of them
 */
export function text(
	spec: Common<string> & {
		rule(value: string): Parsed<string>;
		pattern?: string;
		longest?: number;
		choices?: readonly Choice<string>[];
	},
): FieldSpec<string> {
	const {rule, pattern, longest = 255, ...rest} = spec;
	return {
		...common,
		...rest,
		kind: {is: 'text', pattern, longest},
		parse: value => parseText(value.trim(), longest, rule),
	};
}

const yes = ['true', 'yes', '1', 'y', 'on'];
const no = ['false', 'no', '0', 'n', 'off'];

function parseYesNo(written: string): Parsed<boolean> {
	const word = written.trim().toLowerCase();
	if (yes.includes(word)) return {value: true};
	if (no.includes(word)) return {value: false};
	return {problem: `${quote(written)} is neither true nor false`, hint: 'Write true or false.'};
}

const parseText = (word: string, longest: number, rule: (value: string) => Parsed<string>): Parsed<string> =>
	word.length > longest
		? {problem: `a text of ${word.length} characters is too long`, hint: `At most ${longest} are taken.`}
		: rule(word);

function parseInteger(
	written: string,
	{min, max, unit = ''}: {min: number; max: number; unit?: string},
): Parsed<number> {
	const word = written.trim();
	const range = `a whole number from ${min} to ${max}`;
	const [, digits, named = ''] = /^(\d{1,9})\s*([A-Za-z]*)$/.exec(word) ?? [];
	const factor = named === '' ? 1 : unitFactors[unit]?.[named.toLowerCase()];
	if (digits === undefined || factor === undefined) return {problem: `${quote(written)} is not ${range}`};
	const value = Number(digits) * factor;
	if (value < min || value > max) return {problem: `${word} is not ${range}`};
	return named === '' ? {value} : {value, note: `${quote(word)} is taken as ${value} ${unit}`};
}

/** What a number in a unit of ours may be followed by, and what it is multiplied with then. */
const unitFactors: Readonly<Record<string, Readonly<Record<string, number>>>> = {
	MiB: {m: 1, mb: 1, mib: 1, g: 1024, gb: 1024, gib: 1024, t: 1024 ** 2, tb: 1024 ** 2, tib: 1024 ** 2},
	GB: {g: 1, gb: 1, t: 1000, tb: 1000},
	seconds: {s: 1, sec: 1, seconds: 1, m: 60, min: 60, minutes: 60, h: 3600, hours: 3600},
};

function parseChoice<T extends string>(
	written: string,
	choices: readonly Choice<T>[],
	{spellings, elsewhere}: {spellings: Readonly<Record<string, T>>; elsewhere: Readonly<Record<string, string>>},
): Parsed<T> {
	const word = written.trim();
	const exact = choices.find(({value}) => value === word);
	if (exact) return {value: exact.value};
	const sameLetters = choices.find(({value, title}) =>
		[value, title].some(name => name.toLowerCase() === word.toLowerCase()),
	);
	if (sameLetters) return {value: sameLetters.value, note: `${quote(word)} is taken as ${sameLetters.value}`};
	const known = Object.entries(spellings).find(([spelled]) => spelled === word.toLowerCase());
	if (known) return {value: known[1], note: `${quote(word)} is taken as ${known[1]}`};
	const values = choices.map(({value}) => value);
	const meant = didYouMean(word, values);
	return {
		problem: `${quote(written)} is not one of ${values.join(', ')}`,
		hint: elsewhere[word.toLowerCase()] ?? (meant && `Did you mean ${meant}?`),
	} satisfies Problem;
}

/** A value as it is shown in a complaint: without passwords, one line, control characters visible, not endless. */
export function quote(written: string) {
	const visible = JSON.stringify(maskWritten(written));
	return visible.length > 80 ? `${visible.slice(0, 77)}…"` : visible;
}
