import type {CheckResult} from '../../../pipeline/events.ts';
import {cleanLine} from '../../../text/ansi.ts';
import {counted} from '../../../text/phrases.ts';
import type {BuildInputs} from './build-inputs.ts';

const check = {
	id: 'canvos-local-changes',
	title: 'Local changes of CanvOS',
	why: 'What differs from the release is in image and ISO, too.',
} as const;

/** What is to be said of local changes, and of those that are not built; undefined where there are none. */
export function localChangesCheck({changes, left}: BuildInputs, canvosRef: string): CheckResult | undefined {
	if (changes) {
		const paths = changes.files.map(({path}) => path);
		return {
			...check,
			verdict: 'pass',
			detail: `${filesOf(paths, changes.clone)} built as ${paths.length === 1 ? 'it lies' : 'they lie'} there: ${listed(paths)}`,
		};
	}
	if (!left) return undefined;
	const {clone, head, branch, files} = left.changes;
	const paths = [...files.map(({path}) => path), ...left.ownFiles];
	const place = branch ?? `commit ${head.slice(0, 12)}`;
	return {
		...check,
		verdict: 'warn',
		detail: `${filesOf(paths, clone)} not built: CANVOS_REF=${canvosRef} is another commit than ${place}, which is checked out there (${listed(paths)})`,
		hint: `Set CANVOS_REF=${branch ?? head} to build what lies there, or check out ${canvosRef} in it.`,
	};
}

const filesOf = (paths: readonly string[], clone: string) =>
	`${counted(paths.length, 'changed file')} of ${clone} ${paths.length === 1 ? 'is' : 'are'}`;

const most = 5;
const listed = (paths: readonly string[]) =>
	cleanLine([...paths.slice(0, most), ...(paths.length > most ? [`${paths.length - most} more`] : [])].join(', '));
