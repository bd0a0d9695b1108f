import {useRef, useState} from 'react';
import type {AppActions, PathCandidate} from '../../app/actions.ts';
import type {Verdict} from '../../pipeline/events.ts';
import {fields} from '../../settings/fields.ts';
import type {SettingKey} from '../../settings/settings.ts';
import {formatBytes} from '../../text/bytes.ts';
import type {HalfTyped} from '../../wizard/draft.ts';
import {firmwareFit} from '../../wizard/firmware-fit.ts';
import {settingsOf} from '../../wizard/settings-of-answers.ts';
import type {WizardState} from '../../wizard/wizard-state.ts';
import type {Glyphs} from '../glyphs.ts';
import type {KeyPress} from '../key-press.ts';
import {useTextHistory} from '../text-history.tsx';
import {editInput, inputOf, type TextInput, typeInto} from '../text-input.ts';

type Typing = {field?: SettingKey; typed: TextInput; candidates: readonly PathCandidate[]};

/** What is typed into the field that the wizard stands at; another field begins with its own value. */
export function useField({field, resolved}: WizardState, half: HalfTyped | undefined, onTyped: () => void) {
	const [state, setState] = useState<Typing | undefined>(
		half && {field: half.key, typed: inputOf(half.text), candidates: []},
	);
	const history = useTextHistory();
	const value = field === undefined ? '' : String(resolved.settings[field]);
	const {typed, candidates} =
		state !== undefined && state.field === field ? state : {typed: inputOf(value), candidates: []};
	const latest = useRef(typed);
	latest.current = typed;
	const change = (next: TextInput) => {
		setState({field, typed: next, candidates: []});
		if (next.text !== typed.text) onTyped();
	};
	return {
		key: field,
		typed,
		candidates,
		/** It is not what counts. */
		isChanged: typed.text !== value,
		press(press: KeyPress) {
			const next = press.text === undefined ? editInput(typed, press) : typeInto(typed, press.text);
			if (next !== undefined) change(next);
		},
		/** To be brought back by its keys, as is what counted before. */
		keep: () => field !== undefined && !fields[field].secret && history.keep(field, value, typed.text.trim()),
		recall: (to: 'earlier' | 'later') => field !== undefined && change(history.recall(field, typed, to)),
		/** @returns whether there was anything to complete. */
		async complete(complete: AppActions['completePath']): Promise<boolean> {
			if (field === undefined || fields[field].path === undefined || typed.text === '') return false;
			const {text, candidates} = await complete(typed.text);
			// Something else was typed meanwhile.
			if (latest.current.text !== typed.text) return true;
			if (text === typed.text && candidates.length < 2) return false;
			setState({field, typed: text === typed.text ? typed : inputOf(text), candidates});
			return true;
		},
	};
}

/** What is known of the text in a field: whether the registry answers, what the name of a file says. */
export function fieldRemark(
	key: SettingKey,
	text: string,
	state: WizardState,
	registry: {verdict: Verdict; detail: string} | undefined,
	glyphs: Glyphs,
): string | undefined {
	if (key === 'imageRegistry' && text === settingsOf(state).imageRegistry)
		return registry && `${registry.verdict === 'pass' ? glyphs.pass : glyphs.warn} ${registry.detail}`;
	return (key === 'docaDebFile' || key === 'bfbFile') && text !== ''
		? firmwareFit(key, text, settingsOf(state))
		: undefined;
}

/** A name that a path can go on to, with its size, and for firmware whether it fits. */
export function candidateInWords({name, bytes}: PathCandidate, state: WizardState): string {
	const {field} = state;
	const size = bytes === undefined ? '' : `  ${formatBytes(bytes)}`;
	const isFirmware =
		(field === 'docaDebFile' && name.endsWith('.deb')) || (field === 'bfbFile' && name.endsWith('.bfb'));
	return `${name}${size}${isFirmware ? `  ${firmwareFit(field, name, settingsOf(state))}` : ''}`;
}
