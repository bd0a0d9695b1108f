import {maskCredentials, masked, userInfo} from './credentials.ts';
import {fieldList} from './fields.ts';
import type {Settings} from './settings.ts';

/** What may be shown and recorded of settings: secrets replaced, credentials in addresses masked. */
export const publicSettings = (settings: Settings): {readonly [key: string]: string | number | boolean} =>
	Object.fromEntries(
		fieldList.map(({key, secret}) => {
			const value = settings[key];
			if (secret) return [key, value === '' ? '' : masked];
			return [key, typeof value === 'string' ? maskCredentials(value) : value];
		}),
	);

/** Texts that must never be printed: secret values, and credentials within addresses. For the redaction of logs. */
export const secretTexts = (settings: Settings): readonly string[] =>
	fieldList.flatMap(({key, secret}) => {
		const value = settings[key];
		if (typeof value !== 'string' || value === '') return [];
		if (secret) return [value];
		return [...value.matchAll(userInfo)].flatMap(([, , credentials = '']) => {
			const [user = '', ...password] = credentials.split(':');
			const secretPart = password.length > 0 ? password.join(':') : user;
			return [credentials, secretPart, decoded(secretPart)].filter(
				(text, index, all) => text !== '' && all.indexOf(text) === index,
			);
		});
	});

const decoded = (text: string) => {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
};
