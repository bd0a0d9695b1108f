import {compareVersions as compare, validate} from 'compare-versions';

/** Compares `v4.8.10` with `4.9.0-rc.2` as semantic versions: negative, 0 or positive; NaN when one of them is no version. */
export function compareVersions(a: string, b: string): number {
	return isVersion(a) && isVersion(b) ? compare(a, b) : Number.NaN;
}

// The library also takes ranges, such as the name of a branch, `v4.8.x`.
const isVersion = (text: string) => /^v?\d+(\.\d+)*([-+]|$)/.test(text) && validate(text);
