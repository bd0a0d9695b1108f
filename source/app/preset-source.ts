import {basename, resolve} from 'node:path';
import {createHttpClient} from '../downloads/http-client.ts';
import {FixableError} from '../errors.ts';
import {maskCredentials} from '../text/credentials.ts';
import type {Invocation} from './invocation.ts';
import {loadSettings} from './load-settings.ts';

/** Text that somebody wants to import, and what to call it. */
export type PresetSource = {
	text: string;
	/** Path or address, as it may be shown. */
	place: string;
	/** A name for the preset, as far as the file's own name is one. */
	suggested: string;
};

/** Whether it is an address and no path. */
export const isAddress = (from: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(from);

/**
 * Reads a preset or a `.arg` from a file or an https address.
 * @throws {FixableError} where nothing is to be had there.
 */
export async function readPresetSource(invocation: Invocation, from: string): Promise<PresetSource> {
	if (!isAddress(from)) {
		const path = resolve(from);
		const text = await invocation.host.files.readText(path, {limit: largest}).catch(refuseWhatIsNoText);
		if (text === undefined) throw new FixableError('nothing-to-import', `There is no file ${path}`, {exit: 'usage'});
		return {text, place: path, suggested: nameIn(path)};
	}
	if (!from.startsWith('https://') || !URL.canParse(from)) {
		throw new FixableError('import-address', `${maskCredentials(from)} is not an https address`, {
			hint: 'What is imported decides what is built, so it is fetched over https only.',
			exit: 'usage',
		});
	}
	return {
		text: await fetchText(invocation, from),
		place: maskCredentials(from),
		suggested: nameIn(new URL(from).pathname),
	};
}

// The usual hint is for what is in the way of something; here it is only not what was meant.
function refuseWhatIsNoText(error: unknown): never {
	if (!(error instanceof FixableError)) throw error;
	const hint = 'Name a preset file or a .arg.';
	throw new FixableError('nothing-to-import', error.message, {hint, exit: 'usage', cause: error});
}

const nameIn = (path: string) =>
	basename(path)
		.replace(/\.(ya?ml|arg)$/, '')
		.replace(/^\.arg$/, '')
		.toLowerCase()
		.replace(/[^a-z0-9._-]+/g, '-');

async function fetchText(invocation: Invocation, url: string): Promise<string> {
	const {settings} = await loadSettings(invocation);
	const client = await createHttpClient(invocation.host, settings);
	const shown = maskCredentials(url);
	const refused = (why: string, cause?: unknown) =>
		new FixableError('import-fetch', `${shown} cannot be fetched: ${why}`, {
			hint: 'Save it to a file and import that.',
			exit: 'usage',
			cause,
		});
	try {
		const signal = AbortSignal.timeout(patienceMs);
		const response = await client.get(url, {headers: {}, signal});
		if (response.status !== 200) throw refused(`the server answers ${response.status}`);
		const parts: Uint8Array[] = [];
		let bytes = 0;
		for await (const part of response.body(undefined)) {
			bytes += part.length;
			if (bytes > largest) throw refused('it is larger than a preset can be');
			parts.push(part);
		}
		return Buffer.concat(parts).toString();
	} catch (error) {
		throw error instanceof FixableError
			? error
			: refused(error instanceof Error ? error.message : String(error), error);
	} finally {
		client.close();
	}
}

const patienceMs = 60_000;
const largest = 256 * 1024;
