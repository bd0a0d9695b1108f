import {posix} from 'node:path';
import {z} from 'zod';

export const manifestName = 'manifest.json';
export const bundleLockName = 'firmware.lock.yaml';

// What a bundle may hold, and so where it may put something: plain paths below these folders.
const inside = /^(redist\/[^/]+|cache\/[^/]+\/.+)$/;

const folder = z.string().regex(/^cache\/[^/]+(\/[^/]+)*$/);

const path = z
	.string()
	.refine(
		value =>
			(inside.test(value) || value === bundleLockName) && posix.normalize(value) === value && !value.includes('\0'),
		'leads outside of what a bundle holds',
	);

export const manifestSchema = z.object({
	format: z.literal('edge-builder-bundle'),
	version: z.literal(1),
	/** ISO 8601 */
	made: z.string(),
	/** Folders that must exist even when they are empty: git doesn't know a repository without `refs`. */
	folders: z.array(folder.refine(value => posix.normalize(value) === value, 'leads outside')),
	files: z.array(
		z.object({
			path,
			bytes: z.number().int().nonnegative(),
			sha256: z.string().regex(/^[0-9a-f]{64}$/),
		}),
	),
});

/** First entry of a bundle: everything that is in it. */
export type BundleManifest = z.infer<typeof manifestSchema>;
