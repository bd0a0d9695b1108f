/** One stanza of a deb822 sources file: field names as written, values possibly over several lines. */
export type SourceStanza = ReadonlyMap<string, string>;

/** Stanzas of a deb822 file (sources.list(5)); comment lines are dropped. */
export function parseDeb822(text: string): SourceStanza[] {
	const stanzas: Map<string, string>[] = [];
	let current: Map<string, string> | undefined;
	let last: string | undefined;
	for (const line of text.split('\n')) {
		if (line.startsWith('#')) continue;
		if (line.trim() === '') {
			current = undefined;
			continue;
		}
		if (/^[ \t]/.test(line)) {
			if (current && last !== undefined) current.set(last, `${current.get(last)}\n${line.trimEnd()}`);
			continue;
		}
		const [, name, value] = /^([^:\s]+):[ \t]*(.*)$/.exec(line) ?? [];
		if (name === undefined || value === undefined) continue;
		if (!current) {
			current = new Map();
			stanzas.push(current);
		}
		last = name;
		current.set(name, value.trim());
	}
	return stanzas;
}

/** Entries of a one-line-style file as stanzas. */
export function parseOneLine(text: string): SourceStanza[] {
	return text.split('\n').flatMap(line => {
		const [, type, options = '', uri, rest] = /^\s*(deb)\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+([^#]+)/.exec(line) ?? [];
		if (type === undefined || uri === undefined || rest === undefined) return [];
		const [suite = '', ...components] = rest.trim().split(/\s+/);
		const stanza = new Map([
			['Types', type],
			['URIs', uri],
			['Suites', suite],
			['Components', components.join(' ')],
		]);
		for (const option of options.split(/\s+/).filter(Boolean)) {
			const [name = '', value = ''] = option.split('=');
			const known = optionFields[name.toLowerCase()];
			if (known !== undefined) stanza.set(known, value.replaceAll(',', ' '));
		}
		return [stanza];
	});
}

/** Options of a one-line entry, and the deb822 fields that say the same. */
export const optionFields: Record<string, string | undefined> = {
	'signed-by': 'Signed-By',
	trusted: 'Trusted',
	arch: 'Architectures',
	'check-valid-until': 'Check-Valid-Until',
	'check-date': 'Check-Date',
};

/** A stanza as deb822. */
export function formatStanza(stanza: SourceStanza): string {
	return [...stanza].map(([name, value]) => `${name}: ${value}\n`).join('');
}

/** The value of a field, whose name is given in lower case. */
export function field(stanza: SourceStanza, name: string): string | undefined {
	return [...stanza].find(([candidate]) => candidate.toLowerCase() === name)?.[1];
}

/** What stands in a value, between blanks. */
export function words(text = '') {
	return text.split(/\s+/).filter(Boolean);
}
