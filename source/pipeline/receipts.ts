import {createHash} from 'node:crypto';
import {join} from 'node:path';
import type {Json, StepId} from './events.ts';
import type {Receipt, StepContext} from './step.ts';

/** Hex sha256 of a value, the same for equal values whatever the order of their keys. */
export const hashOf = (value: Json): string =>
	createHash('sha256')
		.update(JSON.stringify(sorted(value)))
		.digest('hex');

/** The receipt of this step for these outputs, if it was ever done. An unreadable one counts as none. */
export async function readReceipt(c: Pick<StepContext, 'host' | 'workspace' | 'names'>, step: StepId) {
	const text = await c.host.files.readText(receiptPath(c, step));
	try {
		return text === undefined ? undefined : (JSON.parse(text) as Receipt);
	} catch {
		return undefined;
	}
}

export const writeReceipt = async (c: Pick<StepContext, 'host' | 'workspace' | 'names'>, receipt: Receipt) =>
	// What steps depend on is not redacted, as events are.
	c.host.files.write(receiptPath(c, receipt.step), `${JSON.stringify(receipt, undefined, '\t')}\n`, {mode: 0o600});

/** Forgets that the step was done: called before it runs, so that a crash in the middle is never mistaken for success. */
export const forgetReceipt = async (c: Pick<StepContext, 'host' | 'workspace' | 'names'>, step: StepId) =>
	c.host.files.remove(receiptPath(c, step), c.workspace.state);

/** The first place where two inputs differ, as a path such as `settings.customTag`; undefined when they are equal. */
export function firstDifference(before: Json, after: Json, path = ''): string | undefined {
	if (!isObject(before) || !isObject(after)) return hashOf(before) === hashOf(after) ? undefined : path || 'everything';
	for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
		const below = path ? `${path}.${key}` : key;
		const left = before[key];
		const right = after[key];
		if (left === undefined || right === undefined) return below;
		const difference = firstDifference(left, right, below);
		if (difference !== undefined) return difference;
	}
	return undefined;
}

// One set of receipts for each image and ISO name: two presets in one workspace don't invalidate each other.
const receiptPath = ({workspace, names}: Pick<StepContext, 'workspace' | 'names'>, step: StepId) =>
	join(workspace.state, 'receipts', hashOf([names.providerImage, names.isoFile]).slice(0, 16), `${step}.json`);

const isObject = (value: Json): value is {readonly [key: string]: Json} =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

const sorted = (value: Json): Json =>
	Array.isArray(value)
		? value.map(sorted)
		: isObject(value)
			? Object.fromEntries(
					Object.keys(value)
						.sort()
						.map(key => [key, sorted(value[key] ?? null)]),
				)
			: value;
