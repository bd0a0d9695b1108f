import type {Host} from '../../host/host.ts';
import type {Distribution} from './distribution.ts';

/** One stanza of a deb822 sources file: field names as written, values possibly over several lines. */
export type SourceStanza = ReadonlyMap<string, string>;

export type AptSources = {
	/** A deb822 sources file with the distribution's own archives as this machine has them. */
	text: string;
	/** Absolute paths of the keys it names. */
	keys: readonly string[];
	/** `Name=value` settings of apt that decide whether these archives are accepted. */
	options: readonly string[];
	/** Environment for programs that download: proxies, in lower case. */
	proxies: Readonly<Record<string, string>>;
};

/**
 * The machine's own sources, reduced to its distribution's archives: what else a machine has (vendors, backports)
 * is not part of a small image. `text` is empty when none is left.
 */
export const readAptSources = async (host: Host, distribution: Distribution, signal?: AbortSignal) => {
	const folder = '/etc/apt/sources.list.d';
	const files = ['/etc/apt/sources.list', ...(await host.files.list(folder)).map(name => `${folder}/${name}`)];
	const stanzas: SourceStanza[] = [];
	for (const file of files) {
		const text = (await host.files.readText(file)) ?? '';
		if (file.endsWith('.sources')) stanzas.push(...parseDeb822(text));
		else if (file.endsWith('.list')) stanzas.push(...parseOneLine(text));
	}
	const own = stanzas.flatMap(stanza => ownArchives(stanza, host.machine.os.codename, distribution));
	const {stdout} = await host.run({program: 'apt-config', args: ['dump'], signal, what: 'Reading the settings of apt'});
	return {
		text: own.map(formatStanza).join('\n'),
		// A key can also stand in the file itself; then it needs no file.
		keys: [...new Set(own.flatMap(stanza => words(field(stanza, 'signed-by'))).filter(word => word.startsWith('/')))],
		options: aptOptions(stdout),
		proxies: aptProxies(stdout),
	} satisfies AptSources;
};

/** Stanzas of a deb822 file (sources.list(5)); comment lines are dropped. */
export const parseDeb822 = (text: string): SourceStanza[] => {
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
};

/** Entries of a one-line-style file as stanzas. */
export const parseOneLine = (text: string): SourceStanza[] =>
	text.split('\n').flatMap(line => {
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

const optionFields: Record<string, string | undefined> = {
	'signed-by': 'Signed-By',
	trusted: 'Trusted',
	arch: 'Architectures',
	'check-valid-until': 'Check-Valid-Until',
	'check-date': 'Check-Date',
};

/** The part of a stanza that is the distribution's own archive: release, updates and security. */
const ownArchives = (stanza: SourceStanza, codename: string, {components}: Distribution): SourceStanza[] => {
	if (field(stanza, 'enabled')?.toLowerCase() === 'no') return [];
	if (!words(field(stanza, 'types')).includes('deb')) return [];
	const uris = words(field(stanza, 'uris')).filter(uri => /^(mirror\+)?https?:\/\//.test(uri));
	const wanted = ['', '-updates', '-security'].map(part => `${codename}${part}`);
	const suites = words(field(stanza, 'suites')).filter(suite => wanted.includes(suite));
	const parts = words(field(stanza, 'components')).filter(part => components.includes(part));
	if (uris.length === 0 || suites.length === 0 || parts.length === 0) return [];
	const kept = [...stanza].filter(([name]) => keptFields.includes(name.toLowerCase()));
	return [
		new Map([
			['Types', 'deb'],
			['URIs', uris.join(' ')],
			['Suites', suites.join(' ')],
			['Components', parts.join(' ')],
			...kept,
		]),
	];
};

const keptFields = Object.values(optionFields).map(name => name?.toLowerCase() ?? '');

const formatStanza = (stanza: SourceStanza) => [...stanza].map(([name, value]) => `${name}: ${value}\n`).join('');

const field = (stanza: SourceStanza, name: string) =>
	[...stanza].find(([candidate]) => candidate.toLowerCase() === name)?.[1];

const words = (text = '') => text.split(/\s+/).filter(Boolean);

// Archives of a fixed date (snapshots) are refused without these; all else of a machine's apt settings stays with it.
const passedOptions = ['Acquire::Check-Valid-Until', 'Acquire::Check-Date', 'Acquire::ForceIPv4'];

const aptOptions = (dump: string) =>
	passedOptions.flatMap(name => {
		const value = dumped(dump, name);
		return value ? [`${name}=${value}`] : [];
	});

const aptProxies = (dump: string) => {
	const found = ['http', 'https'].flatMap(scheme => {
		const value = dumped(dump, `Acquire::${scheme}::Proxy`);
		return value && value !== 'DIRECT' ? [[`${scheme}_proxy`, value] as const] : [];
	});
	return Object.fromEntries(found);
};

const dumped = (dump: string, name: string) =>
	dump
		.split('\n')
		.map(line => /^(\S+) "(.*)";$/.exec(line))
		.find(match => match?.[1]?.toLowerCase() === name.toLowerCase())?.[2];
