import {parseReference} from './image-reference.ts';

/**
 * What a person must know before an image goes to a registry where everyone can read it and where it expires; undefined
 * for all other registries. ttl.sh takes the time to live from the tag (`:1h`), 24 hours at most, which is also its default.
 */
export function publicRegistryNotice(reference: string): {question: string; expires: string} | undefined {
	const {registry, tag} = parseReference(reference);
	if (registry !== 'ttl.sh') return undefined;
	const [, amount, unit = ''] = /^(\d+)([smhd])$/.exec(tag) ?? [];
	const hours =
		amount === undefined ? longestHours : Math.min(longestHours, (Number(amount) * (seconds[unit] ?? 0)) / 3600);
	const expires =
		hours >= 1 ? `${Math.round(hours)} hour${Math.round(hours) === 1 ? '' : 's'}` : `${Math.round(hours * 60)} minutes`;
	return {
		question: `ttl.sh is public: everyone who guesses the name can pull ${reference}, and it is deleted after ${expires}. Push it there?`,
		expires,
	};
}

const longestHours = 24;
const seconds: Readonly<Record<string, number>> = {s: 1, m: 60, h: 3600, d: 86_400};
