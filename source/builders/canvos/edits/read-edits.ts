import {join} from 'node:path';
import {parse} from 'yaml';
import {z} from 'zod';
import {FixableError} from '../../../errors.ts';
import type {Host} from '../../../host/host.ts';
import {fragmentAnchor, readFragment} from '../../dockerfile-fragment.ts';

const editSchema = z.strictObject({
	/** Name of the anchor, unique among all edits. */
	id: z.string().min(1),
	/** Path in the source tree. */
	file: z.string().min(1),
	/** Earthfile target whose block is looked through; the whole file when absent. */
	scope: z.string().optional(),
	/** The line, or how it begins. Blanks at its end don't count. */
	anchor: z.string().min(1),
	match: z.enum(['whole-line', 'prefix']),
	place: z.enum(['before', 'after']),
	/** Whole lines to insert. */
	content: z.string().regex(/\n$/, 'must end with a line feed'),
	/** What the edit is for. */
	why: z.string().min(1),
});

/** One insertion into a file of CanvOS, at a line that every release has exactly once. */
export type Edit = Readonly<z.infer<typeof editSchema>>;

/**
 * All edits of an overlay: those of `edits/*.yaml`, and the Dockerfile fragment at its anchor.
 * @throws {FixableError} naming an edit that can't be read
 */
export async function readEdits(host: Host, overlayFolder: string): Promise<Edit[]> {
	const folder = join(overlayFolder, 'edits');
	const names = (await host.files.list(folder)).filter(name => name.endsWith('.yaml'));
	const edits = await Promise.all(
		names.map(async name => parseEdit(join(folder, name), (await host.files.readText(join(folder, name))) ?? '')),
	);
	const fragment = await readFragment(host, overlayFolder);
	return [fragmentEdit(fragment), ...edits];
}

const fragmentEdit = (fragment: string): Edit => ({
	id: 'D3',
	file: 'Dockerfile',
	anchor: fragmentAnchor,
	match: 'whole-line',
	place: 'before',
	content: `${fragment.trimEnd()}\n\n`,
	why: 'Both images start from the result of this Dockerfile.',
});

function parseEdit(path: string, text: string): Edit {
	const read = editSchema.safeParse(parse(text));
	if (read.success) return read.data;
	throw new FixableError('overlay-edit', `${path} is not an edit: ${z.prettifyError(read.error)}`, {
		hint: 'Restore it (`git checkout -- overlay` in a clone, or install edge-builder again).',
	});
}
