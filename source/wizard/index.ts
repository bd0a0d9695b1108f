export {resumeWizard, type WizardDraft, wizardDraft} from './draft.ts';
export type {Offer} from './offers.ts';
export {presetSettings, type WizardOutcome, wizardOutcome} from './outcome.ts';
export {currentQuestion, type QuestionView, type VisibleQuestion, visibleQuestions} from './question-view.ts';
export {startWizard, type WizardStart, wizardReducer} from './reducer.ts';
export {settingsOf} from './resolution.ts';
export {type DiskNeed, type Review, review} from './review.ts';
export type {Path, QuestionId, WizardAction, WizardFacts, WizardProblem, WizardState} from './state.ts';
