import {type Document, isMap, isScalar, type Pair} from 'yaml';

/** The version of preset files that this release writes. */
export const presetSchemaVersion = 1;

/** Turns a document of version `from` into one of version `from + 1`, in place. */
type Migration = (document: Document) => void;

const migrations: Readonly<Record<number, Migration>> = {
	// A flat file of names and values without schemaVersion, as people write it by hand after a .arg file.
	0: document => {
		const root = document.contents;
		if (!isMap(root)) return;
		const header: Pair[] = [];
		const settings: Pair[] = [];
		for (const pair of root.items) {
			const name = isScalar(pair.key) ? String(pair.key.value) : '';
			(['name', 'description', 'settings'].includes(name) ? header : settings).push(pair as Pair);
		}
		root.items = header;
		if (settings.length === 0) return;
		if (!isMap(root.get('settings', true))) put(document, 'settings', {});
		const target = root.get('settings', true);
		if (isMap(target)) target.items.push(...settings);
	},
};

/** Brings a preset of an older release up to date, in memory; says why when that isn't possible. */
export function migratePreset(document: Document): {message: string; hint?: string} | undefined {
	const written = document.get('schemaVersion') ?? 0;
	if (typeof written !== 'number' || !Number.isInteger(written) || written < 0) {
		return {
			message: `schemaVersion ${JSON.stringify(written)} is not a whole number`,
			hint: `Write schemaVersion: ${presetSchemaVersion}.`,
		};
	}
	if (written > presetSchemaVersion) {
		return {
			message: `the preset has schemaVersion ${written}, this release reads up to ${presetSchemaVersion}`,
			hint: 'Use a newer release.',
		};
	}
	for (let version = written; version < presetSchemaVersion; version++) migrations[version]?.(document);
	// Else the line stays as it is, with a comment that may be there.
	if (written !== presetSchemaVersion) put(document, 'schemaVersion', presetSchemaVersion);
	return undefined;
}

// `document.set` makes keys that are bare strings, where whoever reads the file finds nodes.
function put(document: Document, key: string, value: unknown) {
	const root = document.contents;
	if (!isMap(root)) return;
	if (root.has(key)) root.set(key, document.createNode(value));
	else root.items.push(document.createPair(key, value));
}
