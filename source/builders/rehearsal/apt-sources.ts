import type {Host} from '../../host/host.ts';
import type {Settings} from '../../settings/settings.ts';
import {
	field,
	formatStanza,
	optionFields,
	parseDeb822,
	parseOneLine,
	type SourceStanza,
	words,
} from './sources-list.ts';
import type {Distribution} from './supported-distributions.ts';

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
export async function readAptSources(host: Host, distribution: Distribution, signal?: AbortSignal) {
	const folder = '/etc/apt/sources.list.d';
	const files = ['/etc/apt/sources.list', ...(await host.files.list(folder)).map(name => `${folder}/${name}`)];
	const stanzas: SourceStanza[] = [];
	for (const file of files) {
		const text = (await host.files.readText(file)) ?? '';
		if (file.endsWith('.sources')) stanzas.push(...parseDeb822(text));
		else if (file.endsWith('.list')) stanzas.push(...parseOneLine(text));
	}
	const reached = await Promise.all(stanzas.map(stanza => withListedMirrors(host, stanza)));
	const own = reached.flatMap(stanza => ownArchives(stanza, host.machine.os.codename, distribution));
	const {stdout} = await host.run({program: 'apt-config', args: ['dump'], signal, what: 'Reading the settings of apt'});
	return {
		text: own.map(formatStanza).join('\n'),
		// A key can also stand in the file itself; then it needs no file.
		keys: [...new Set(own.flatMap(stanza => words(field(stanza, 'signed-by'))).filter(word => word.startsWith('/')))],
		options: aptOptions(stdout),
		proxies: aptProxies(stdout),
	} satisfies AptSources;
}

/**
 * A stanza with the addresses that its lists of mirrors name (`mirror+file:`, as cloud images of Debian have it; apt-transport-
 * mirror(1)): the lists themselves are not in the image.
 */
async function withListedMirrors(host: Host, stanza: SourceStanza): Promise<SourceStanza> {
	const uris = await Promise.all(
		words(field(stanza, 'uris')).map(async uri => {
			const [, path] = /^mirror\+file:(?:\/\/)?(\/.*)$/.exec(uri) ?? [];
			if (path === undefined) return [uri];
			const list = (await host.files.readText(path)) ?? '';
			// An address, then what tells its priority and place.
			return list.split('\n').flatMap(line => (/^\s*#/.test(line) ? [] : words(line).slice(0, 1)));
		}),
	);
	const name = [...stanza.keys()].find(key => key.toLowerCase() === 'uris') ?? 'URIs';
	return new Map([...stanza, [name, [...new Set(uris.flat())].join(' ')]]);
}

/** The part of a stanza that is the distribution's own archive: release, updates and security. */
function ownArchives(stanza: SourceStanza, codename: string, {components}: Distribution): SourceStanza[] {
	// All that apt takes for a no (StringToBool in its source).
	if (/^(no|false|without|off|disable|0)$/i.test(field(stanza, 'enabled') ?? '')) return [];
	if (!words(field(stanza, 'types')).includes('deb')) return [];
	const uris = words(field(stanza, 'uris')).filter(uri => /^(mirror\+)?https?:\/\/|^mirror:\/\//.test(uri));
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
}

const keptFields = Object.values(optionFields).map(name => name?.toLowerCase() ?? '');

// Archives of a fixed date (snapshots) are refused without these; all else of a machine's apt settings stays with it.
const passedOptions = ['Acquire::Check-Valid-Until', 'Acquire::Check-Date', 'Acquire::ForceIPv4'];

const aptOptions = (dump: string) =>
	passedOptions.flatMap(name => {
		const value = dumped(dump, name);
		return value ? [`${name}=${value}`] : [];
	});

function aptProxies(dump: string) {
	const found = ['http', 'https'].flatMap(scheme => {
		const value = dumped(dump, `Acquire::${scheme}::Proxy`);
		return value && value !== 'DIRECT' ? [[`${scheme}_proxy`, value] as const] : [];
	});
	return Object.fromEntries(found);
}

const dumped = (dump: string, name: string) =>
	dump
		.split('\n')
		.map(line => /^(\S+) "(.*)";$/.exec(line))
		.find(match => match?.[1]?.toLowerCase() === name.toLowerCase())?.[2];

/** The environment of a program that downloads packages: the proxies of the settings, and otherwise those of apt. */
export function proxyEnvironment(
	{httpProxy, httpsProxy, noProxy}: Settings,
	{proxies}: Pick<AptSources, 'proxies'>,
): Record<string, string> {
	return {
		...proxies,
		...(httpProxy && {http_proxy: httpProxy}),
		...(httpsProxy && {https_proxy: httpsProxy}),
		...(noProxy && {no_proxy: noProxy}),
	};
}
