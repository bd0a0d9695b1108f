import {type ReactNode, useState} from 'react';
import type {AskValue} from '../app/actions.ts';
import {fields} from '../settings/fields.ts';
import type {SettingKey} from '../settings/settings.ts';
import {TextEntryScreen} from './screens/text-entry-screen.tsx';

type Asked = {key: SettingKey; answer(text: string): void; refuse(): void};

/** Asks for values that a run needs and nobody keeps. @returns how to ask, and the field while one is asked for */
export function useAskedValues(onLeave: () => void): [ask: AskValue, field: ReactNode] {
	const [asked, setAsked] = useState<Asked>();
	const ask: AskValue = key => {
		const answered = Promise.withResolvers<string>();
		const {question} = fields[key];
		setAsked({
			key,
			answer: answered.resolve,
			refuse: () => answered.reject(new Error(`Nothing was started: "${question}" was not answered`)),
		});
		return answered.promise.finally(() => setAsked(undefined));
	};
	if (asked === undefined) return [ask, null];
	const {title, question, name} = fields[asked.key];
	return [
		ask,
		<TextEntryScreen
			key={asked.key}
			masked
			title={question}
			explanation={`${title} (${name}): the preset has it asked for when a run begins. It is not shown, and kept nowhere.`}
			onTake={async text => {
				asked.answer(text);
				return undefined;
			}}
			onBack={asked.refuse}
			onLeave={onLeave}
		/>,
	];
}
