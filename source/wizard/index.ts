export {resumeWizard, type WizardDraft, wizardDraft} from './draft.ts';
export type {Offer} from './offers.ts';
export {presetSettings, wizardOutcome} from './outcome.ts';
export {currentQuestion, type QuestionView, type VisibleQuestion, visibleQuestions} from './question-view.ts';
export {startWizard, type WizardStart, wizardReducer} from './reducer.ts';
export {settingsOf} from './resolution.ts';
export {type Review, review} from './review.ts';
export type {QuestionId, WizardAction, WizardFacts, WizardProblem, WizardState} from './state.ts';
