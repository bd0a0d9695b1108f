import {join} from 'node:path';
import {FixableError} from '../errors.ts';
import type {Host} from '../host/host.ts';
import {readOverlayFile} from './overlay-files.ts';

/** Upstream's line for customizations (anchor D3); the rehearsal's own Dockerfile has the same. */
export const fragmentAnchor =
	'########################### Add any other image customizations here #######################';

/**
 * The Dockerfile with `fragment` before its anchor line. Trailing blanks of lines don't count in the search.
 * @throws {FixableError} unless the anchor is there exactly once.
 */
export function insertFragment(dockerfile: string, fragment: string): string {
	const lines = dockerfile.split('\n');
	const found = lines.flatMap((line, index) => (line.trimEnd() === fragmentAnchor ? [index] : []));
	const [at] = found;
	if (at === undefined || found.length > 1) {
		throw new FixableError(
			'anchor',
			`Dockerfile: the line "${fragmentAnchor}" (anchor D3) is there ${found.length} times, not once`,
			{hint: 'This CanvOS release is laid out differently: choose another one with CANVOS_REF.'},
		);
	}
	return [...lines.slice(0, at), ...fragment.trimEnd().split('\n'), '', ...lines.slice(at)].join('\n');
}

/** The text that goes into the Dockerfile before its anchor line. */
export function readFragment(host: Pick<Host, 'files'>, overlayFolder: string): Promise<string> {
	return readOverlayFile(host, join(overlayFolder, 'Dockerfile.fragment'));
}
