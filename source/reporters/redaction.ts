import type {PipelineEvent} from '../pipeline/events.ts';
import {maskCredentials, masked} from '../text/credentials.ts';

// A shorter "secret" would blank out half of every log.
const shortestSecret = 4;

/**
 * A function that takes known secrets, credentials and query values in addresses, and values that look like tokens out of
 * any text.
 * Limits: a secret that is printed in pieces, encoded or abbreviated is not recognised.
 */
export function createTextRedactor(secrets: readonly string[]) {
	const known = [...new Set(secrets.flatMap(secret => [secret, encodeURIComponent(secret)]))]
		.filter(secret => secret.length >= shortestSecret)
		.sort((a, b) => b.length - a.length)
		.map(secret => secret.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
	const secretPattern = known.length > 0 ? new RegExp(known.join('|'), 'g') : undefined;
	return (text: string): string => {
		const shown = secretPattern ? text.replace(secretPattern, masked) : text;
		return maskCredentials(shown)
			.replace(/\b(authorization:\s*(?:basic|bearer)\s+)\S+/gi, `$1${masked}`)
			.replace(/\b(edgeHostToken["']?\s*[:=]\s*["']?)[^\s"',}]+/gi, `$1${masked}`);
	};
}

/** The value with every text in it redacted. */
export const redactIn = (value: unknown, redact: (text: string) => string): unknown =>
	typeof value === 'string'
		? redact(value)
		: Array.isArray(value)
			? value.map(inner => redactIn(inner, redact))
			: typeof value === 'object' && value !== null
				? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redactIn(inner, redact)]))
				: value;

/** The same for every text in an event. */
export function createEventRedactor(secrets: readonly string[]) {
	const redact = createTextRedactor(secrets);
	return (event: PipelineEvent): PipelineEvent => {
		if (event.type === 'host' || event.type === 'step-started') return event;
		// Logs are most of the stream, and only their text can hold a secret.
		if (event.type === 'log') return {...event, chunk: {...event.chunk, text: redact(event.chunk.text)}};
		return redactIn(event, redact) as PipelineEvent;
	};
}
