import {type Answers, type Layer, type Resolved, resolveSettings} from '../settings/layers.ts';
import type {Settings} from '../settings/settings.ts';
import type {WizardState} from './wizard-state.ts';

type Given = Pick<WizardState, 'layers' | 'machine'>;

/** Everything the wizard was told, by whomever: its answers above what was given before. */
export const layersOf = ({answers, layers}: Pick<WizardState, 'answers' | 'layers'>): readonly Layer[] => [
	{kind: 'answer', answers},
	...layers,
];

/** What these answers come to beside what was given before. */
export const resolvedWith = ({layers, machine}: Given, answers: Answers): Resolved =>
	resolveSettings({layers: layersOf({answers, layers}), machine});

/** The settings alone. */
export const settingsOf = ({resolved}: WizardState): Settings => resolved.settings;
