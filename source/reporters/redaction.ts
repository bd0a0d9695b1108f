import type {PipelineEvent} from '../pipeline/events.ts';

const hidden = '•••';
// A shorter "secret" would blank out half of every log.
const shortestSecret = 4;

/**
 * A function that takes known secrets, credentials in URLs, and values that look like tokens out of any text.
 * Limits: a secret that is printed in pieces, encoded or abbreviated is not recognised.
 */
export const createTextRedactor = (secrets: readonly string[]) => {
	const known = [...new Set(secrets.flatMap(secret => [secret, encodeURIComponent(secret)]))]
		.filter(secret => secret.length >= shortestSecret)
		.sort((a, b) => b.length - a.length)
		.map(secret => secret.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
	const secretPattern = known.length > 0 ? new RegExp(known.join('|'), 'g') : undefined;
	return (text: string): string => {
		let shown = secretPattern ? text.replace(secretPattern, hidden) : text;
		if (shown.includes('://')) {
			shown = shown
				// Up to the last @ of the address: a password may have one, too.
				.replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/?#'"]+@/gi, `$1${hidden}@`)
				.replace(/([?&](?:[\w-]*(?:token|signature|credential|key|secret|password)[\w-]*)=)[^&\s'"]+/gi, `$1${hidden}`);
		}
		return shown
			.replace(/\b(authorization:\s*(?:basic|bearer)\s+)\S+/gi, `$1${hidden}`)
			.replace(/\b(edgeHostToken["']?\s*[:=]\s*["']?)[^\s"',}]+/gi, `$1${hidden}`);
	};
};

/** The same for every text in an event. */
export const createEventRedactor = (secrets: readonly string[]) => {
	const redact = createTextRedactor(secrets);
	const clean = (value: unknown): unknown =>
		typeof value === 'string'
			? redact(value)
			: Array.isArray(value)
				? value.map(clean)
				: typeof value === 'object' && value !== null
					? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, clean(inner)]))
					: value;
	return (event: PipelineEvent): PipelineEvent => {
		if (event.type === 'host' || event.type === 'step-started') return event;
		// Logs are most of the stream, and only their text can hold a secret.
		if (event.type === 'log') return {...event, chunk: {...event.chunk, text: redact(event.chunk.text)}};
		return clean(event) as PipelineEvent;
	};
};
