import type {FieldSpecs} from '../field-types.ts';
import {optional, type Rule} from '../text-rules.ts';
import {textOf} from './canvos-option-kinds.ts';

/** Options of CanvOS about what stands in a unified kernel image. */
export const ukiTextFields = {
	cmdline: textOf({
		title: 'Kernel arguments (UKI)',
		question: 'Which extra kernel arguments for a unified kernel image?',
		help: {
			what: 'Kernel command line of the UKI installer; empty: CanvOS’s own.',
			why: 'Other builds set arguments at installation by user-data.',
			safe: 'empty',
			breaks: 'Without stylus.registration hosts do not offer registration.',
		},
		longest: 2048,
		rule: optional(words(/^[A-Za-z0-9 ._\-/:,=+]*$/, 'kernel arguments')),
		arg: 'CMDLINE',
	}),
	branding: textOf({
		title: 'Name in the boot menu (UKI)',
		question: 'Which name does the boot menu show for a unified kernel image?',
		help: {
			what: 'Title in the UKI’s boot menu; empty: CanvOS’s own.',
			why: 'Your product’s name.',
			safe: 'empty',
			breaks: 'Nothing but the looks.',
		},
		rule: optional(words(/^[A-Za-z0-9 ._-]*$/, 'a name of letters, digits, blanks and . _ -')),
		arg: 'BRANDING',
	}),
} satisfies FieldSpecs;

/** Several words; `.arg` carries them in single quotes. */
function words(pattern: RegExp, what: string): Rule {
	return value =>
		pattern.test(value) && !value.startsWith('-')
			? {value: value.replace(/ +/g, ' ')}
			: {problem: `the value is not ${what}`};
}
