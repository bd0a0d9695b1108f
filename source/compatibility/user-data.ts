import {LineCounter, parseAllDocuments} from 'yaml';
import {at} from '../text/parsed-data.ts';
import {repeatedKeyMessage, repeatedKeys} from '../text/repeated-yaml-keys.ts';
import {type Administration, administration} from './user-data-accounts.ts';

/** What the rules want to know of a user-data file. */
export type UserDataFacts = {
	kernelArguments: string;
	hasToken: boolean;
	centralManagement: boolean;
	administration: Administration;
	/** What makes hosts pass over the file, or over parts of it. */
	passedOver: readonly string[];
};

/** Why a text is no user-data, and where; both numbers count from 1. */
export type UserDataProblem = {problem: string; line: number; column: number};

/**
 * Reads a user-data file; never throws. Refused is what Kairos' own validator refuses: a text that doesn't begin with
 * the header, or that its YAML reader can't take. Values of secrets are looked at, never kept.
 */
export function readUserData(text: string): UserDataFacts | UserDataProblem {
	const content = text.replace(/^\uFEFF/, '');
	// Kairos' validator wants the text to begin so (kairos-sdk, schema/root_schema.go); the last two are older names.
	if (!/^#(cloud|kairos|node)-config/.test(content)) {
		return {problem: 'it does not begin with #cloud-config', line: 1, column: 1};
	}
	const lines = new LineCounter();
	// An empty stream is not a list of documents.
	const documents = [parseAllDocuments(content, {lineCounter: lines, prettyErrors: false, uniqueKeys: false})].flat();
	const [document] = documents;
	const [error] = document?.errors ?? [];
	if (error) return {problem: firstLine(error.message), ...positionOf(lines, error.pos[0])};
	const [repeated] = document && 'contents' in document ? repeatedKeys(document) : [];
	if (repeated !== undefined) return {problem: repeatedKeyMessage, ...positionOf(lines, repeated)};
	let root: unknown;
	try {
		root = document && 'toJS' in document ? document.toJS() : undefined;
	} catch (thrown) {
		// Aliases are followed only now: unknown ones, and too many.
		const message = thrown instanceof Error ? thrown.message : String(thrown);
		return {problem: firstLine(message), line: 1, column: 1};
	}
	if (root !== undefined && root !== null && (typeof root !== 'object' || Array.isArray(root))) {
		const start = document && 'range' in document ? document.contents?.range?.[0] : undefined;
		return {problem: 'it is no mapping of keys to values', ...positionOf(lines, start ?? 0)};
	}
	return {
		kernelArguments: ['extra_cmdline', 'extra_active_cmdline']
			.map(name => String(at(root, 'install', 'grub_options', name) ?? ''))
			.join(' '),
		hasToken: Boolean(at(root, 'stylus', 'site', 'edgeHostToken')),
		centralManagement: at(root, 'stylus', 'managementMode') !== 'local',
		administration: administration(root),
		passedOver: [...headerRemarks(text), ...(documents.length > 1 ? ['only its first document counts'] : [])],
	};
}

// A host takes a file only when one of its first lines is the header and nothing else (kairos-sdk,
// collector/collector.go, HasValidHeader); the validator looks at the beginning of the text alone.
function headerRemarks(text: string): string[] {
	const isHeader = (line: string) => /^#(cloud|kairos|node)-config\s*$/.test(line);
	if (text.split('\n', 10).some(isHeader)) return [];
	return [
		text.startsWith('\uFEFF')
			? 'a byte order mark stands before #cloud-config, and hosts pass over such a file'
			: 'more than #cloud-config stands in its first line, and hosts pass over such a file',
	];
}

function positionOf(lines: LineCounter, offset: number) {
	const {line, col} = lines.linePos(offset);
	return {line: Math.max(1, line), column: Math.max(1, col)};
}

const firstLine = (text: string) => text.split('\n', 1)[0] ?? '';
