import type {Choice, FieldSpec, Parsed, Problem, SettingValue} from './field-types.ts';
import {didYouMean} from './spelling.ts';

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
export const integer = (spec: Common<number> & {min: number; max: number; unit?: string}): FieldSpec<number> => {
	const {min, max, unit, ...rest} = spec;
	return {...common, ...rest, kind: {is: 'integer', min, max, unit}, parse: text => parseInteger(text, min, max)};
};

/** One of a closed list. */
export const oneOf = <const T extends string>(spec: Common<T> & {choices: readonly Choice<T>[]}): FieldSpec<T> => ({
	...common,
	...spec,
	kind: {is: 'choice'},
	parse: text => parseChoice(text, spec.choices),
});

/**
 * A line of text. `rule` judges and tidies it; `pattern` says the same for editors, as far as a pattern can.
 * Empty text is right exactly when the rule takes it.
 */
export const text = (
	spec: Common<string> & {rule(value: string): Parsed<string>; pattern?: string; choices?: readonly Choice<string>[]},
): FieldSpec<string> => {
	const {rule, pattern, ...rest} = spec;
	return {...common, ...rest, kind: {is: 'text', pattern}, parse: value => rule(value.trim())};
};

const yes = ['true', 'yes', '1', 'y', 'on'];
const no = ['false', 'no', '0', 'n', 'off'];

const parseYesNo = (written: string): Parsed<boolean> => {
	const word = written.trim().toLowerCase();
	if (yes.includes(word)) return {value: true};
	if (no.includes(word)) return {value: false};
	return {problem: `${quote(written)} is neither true nor false`, hint: 'Write true or false.'};
};

const parseInteger = (written: string, min: number, max: number): Parsed<number> => {
	const word = written.trim();
	const range = `a whole number from ${min} to ${max}`;
	if (!/^\d{1,9}$/.test(word)) return {problem: `${quote(written)} is not ${range}`};
	const value = Number(word);
	return value < min || value > max ? {problem: `${word} is not ${range}`} : {value};
};

const parseChoice = <T extends string>(written: string, choices: readonly Choice<T>[]): Parsed<T> => {
	const word = written.trim();
	const exact = choices.find(({value}) => value === word);
	if (exact) return {value: exact.value};
	const sameLetters = choices.find(({value, title}) =>
		[value, title].some(name => name.toLowerCase() === word.toLowerCase()),
	);
	if (sameLetters) return {value: sameLetters.value, note: `${quote(word)} is taken as ${sameLetters.value}`};
	const values = choices.map(({value}) => value);
	const meant = didYouMean(word, values);
	return {
		problem: `${quote(written)} is not one of ${values.join(', ')}`,
		hint: meant && `Did you mean ${meant}?`,
	} satisfies Problem;
};

/** A value as it is shown in a complaint: one line, control characters visible, not endless. */
export const quote = (written: string) => {
	const visible = JSON.stringify(written);
	return visible.length > 80 ? `${visible.slice(0, 77)}…"` : visible;
};
