import {argFile} from '../settings/arg-file.ts';
import {formatPreset} from '../settings/preset-format.ts';
import {commandText} from '../text/shell-words.ts';
import {buildCommand, describeSettings, leftOutInWords, presetSettings} from './preset-of-answers.ts';
import {settingsOf} from './settings-of-answers.ts';
import type {WizardState} from './wizard-state.ts';

/** Forms in which the answers can be taken along. */
export type AnswersForm = 'command' | 'arg-file' | 'preset-file';

/** The answers as text to be copied. */
export function answersAsText(form: AnswersForm, state: WizardState): string {
	const settings = settingsOf(state);
	switch (form) {
		case 'command':
			return ['The same build without questions:', commandText(buildCommand(state)), leftOutInWords(state, 'command')]
				.filter(Boolean)
				.join('\n\n');
		case 'arg-file':
			return settings.builder === 'canvos'
				? `CanvOS is told (.arg):\n\n${argFile(settings)}`
				: 'A rehearsal does without CanvOS, so there is no .arg.';
		case 'preset-file':
			return formatPreset({
				name: 'name',
				description: describeSettings(settings),
				settings: presetSettings(state),
			});
		default:
			return form satisfies never;
	}
}
