import {BlockList, isIP} from 'node:net';

// This machine is never behind its own proxy: a rehearsal serves its stand-ins from here.
const thisMachine = 'localhost,127.0.0.0/8,::1';

/**
 * Reads NO_PROXY as curl and Go do: names with everything below them (a leading dot or `*.` changes nothing), addresses,
 * networks (`10.0.0.0/8`), each with an optional port, and `*`; between commas or blanks.
 * @returns whether a URL is fetched without a proxy.
 */
export function readNoProxy(noProxy: string): (url: URL) => boolean {
	const entries = `${noProxy},${thisMachine}`
		.split(/[\s,]+/)
		.filter(Boolean)
		.map(readEntry);
	return url => {
		const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
		const port = url.port || (url.protocol === 'https:' ? '443' : '80');
		return entries.some(entry => (entry.port === undefined || entry.port === port) && entry.holds(host));
	};
}

type Entry = {port?: string; holds(host: string): boolean};

function readEntry(text: string): Entry {
	if (text === '*') return {holds: () => true};
	const [, bracketed, plain = '', port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(text) ?? [];
	const name = (bracketed ?? (plain || text)).toLowerCase();
	const [address = '', prefix] = name.split('/');
	const family = isIP(address);
	if (family === 0) {
		const domain = name.replace(/^\*?\./, '').replace(/\.$/, '');
		return {port, holds: host => host === domain || host.endsWith(`.${domain}`)};
	}
	const kind = family === 6 ? 'ipv6' : 'ipv4';
	const list = new BlockList();
	const bits = Number(prefix);
	if (prefix === undefined) list.addAddress(address, kind);
	else if (/^\d+$/.test(prefix) && bits <= (family === 6 ? 128 : 32)) list.addSubnet(address, bits, kind);
	return {port, holds: host => isIP(host) !== 0 && list.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4')};
}
