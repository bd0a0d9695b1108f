import {maskCredentials, masked, maskWritten, userInfo} from '../text/credentials.ts';
import {fieldList, fields, keyOfName} from './fields.ts';
import type {TextLayer} from './layers.ts';
import type {Settings} from './settings.ts';

/** What may be shown and recorded of settings: secrets replaced, credentials and query values in addresses masked. */
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
		return [...value.matchAll(userInfo)].flatMap(([credentials]) => {
			const [user = '', ...password] = credentials.split(':');
			const secretPart = password.length > 0 ? password.join(':') : user;
			return [credentials, secretPart, decoded(secretPart)].filter(
				(text, index, all) => text !== '' && all.indexOf(text) === index,
			);
		});
	});

/**
 * Secrets as they were given, before anybody judged them: a wrong one is a secret too, and a password may stand in any
 * setting by mistake.
 */
export const givenSecrets = (layers: readonly TextLayer[]): readonly string[] =>
	layers.flatMap(({given}) =>
		given.flatMap(({name, text}) => {
			const key = keyOfName(name);
			if (key && fields[key].secret && text !== '') return [text];
			return misplaced(text);
		}),
	);

// What `maskWritten` takes away in front of the last @, where it has the form of a password.
function misplaced(text: string) {
	if (maskWritten(text) === text) return [];
	const [, before = ''] = /^(?:[a-z][a-z0-9+.-]*:\/\/)?([^?]*)@/is.exec(text) ?? [];
	return before.includes(':') ? [before, before.slice(before.indexOf(':') + 1)] : [];
}

function decoded(text: string) {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
