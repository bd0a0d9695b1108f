import type {Help} from '../settings/field-types.ts';
import type {WizardAction, WizardProblem} from '../wizard/wizard-state.ts';
import type {Extra} from './ask-choice.ts';

/** What may be answered to every decision. */
export const extras: readonly Extra<WizardAction>[] = [
	{words: ['<', 'back'], value: {type: 'went-back'}, does: 'goes back'},
	{words: ['>', 'review'], value: {type: 'took-defaults'}, does: 'goes to the review, with defaults for the rest'},
];

/** What `?` tells. */
export const explanationOf = ({why, safe, breaks}: Help): readonly string[] => [
	`Why: ${why}`,
	`Safe: ${safe}`,
	`Breaks: ${breaks}`,
];

/** Why an answer was not taken, and what to do instead. */
export const problemLines = ({message, hint}: WizardProblem): readonly string[] => [
	`Not taken: ${message}`,
	...(hint ? [hint] : []),
];
