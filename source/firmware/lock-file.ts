import {parseDocument, stringify} from 'yaml';
import {z} from 'zod';
import {FixableError} from '../errors.ts';
import type {Host} from '../host/host.ts';
import {repeatedKeys} from '../text/repeated-yaml-keys.ts';

const entrySchema = z.object({
	/** Without credentials and query. Empty: it was there when we came. */
	url: z.string(),
	bytes: z.number().int().positive(),
	sha256: z.string().regex(/^[0-9a-f]{64}$/),
	etag: z.string().optional(),
	/** When it was first trusted, ISO 8601. */
	date: z.string(),
});
// An entry takes some 300 bytes.
const largestLock = 256 * 1024;
const lockSchema = z.object({version: z.literal(1), files: z.record(z.string(), entrySchema)});

/** What is known of a firmware file since it was first used. */
export type LockEntry = z.infer<typeof entrySchema>;
export type FirmwareLock = Readonly<Record<string, LockEntry>>;

/**
 * What the lock file says, by file name; nothing where there is none.
 * @throws {FixableError} when it can't be understood: then nothing is overwritten.
 */
export async function readLock(host: Host, path: string): Promise<FirmwareLock> {
	const text = await host.files.readText(path, {limit: largestLock});
	if (text === undefined) return {};
	const parsed = lockSchema.safeParse(parseYaml(text));
	if (parsed.success) return parsed.data.files;
	const [issue] = parsed.error.issues;
	throw new FixableError(
		'firmware-lock',
		`${path} cannot be read: ${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'not a lock file'}`,
		{hint: 'Restore it from where you keep it, or remove it to trust the files anew.', exit: 'firmware'},
	);
}

/** Notes a file in the lock; the other entries stay. */
export async function writeLockEntry(host: Host, path: string, name: string, entry: LockEntry): Promise<void> {
	const files = {...(await readLock(host, path)), [name]: entry};
	const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => a.localeCompare(b)));
	await host.files.write(path, `${heading}${stringify({version: 1, files: sorted}, {lineWidth: 0})}`);
}

const heading = `# Written by edge-builder: what each firmware file was when it was first used.
# A file that differs later stops the build. Remove an entry to trust a new file under that name.
`;

function parseYaml(text: string): unknown {
	try {
		const document = parseDocument(text, {uniqueKeys: false});
		return document.errors.length > 0 || repeatedKeys(document).length > 0 ? undefined : document.toJS();
	} catch {
		return undefined;
	}
}
