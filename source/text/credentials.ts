/** What stands in the place of a secret. */
export const masked = '***';

/** User name and password (or token) within an address. */
export const userInfo = /(?<=:\/\/)[^\s/?#'"<>`]+(?=@)/g;

// `user:word@host` without a scheme, at the beginning of a word. An image's digest (`name:tag@sha256:…`) looks like it.
// Bounded, because logs have lines of a megabyte.
const bareUserInfo = /(?<=^|[\s'"<>`=,;(/])[^\s'"<>`=,;(/:@]{1,256}:[^\s'"<>`/@]{1,256}(?=@(?!sha\d+:)[\w[])/g;

const queryOfAddress = /(?<=:\/\/[^\s?#'"<>`]*\?)[^\s'"<>`#]+/g;
const queryOfPath = /(?<=\/[^\s?#'"<>`]*\?)[\w.~%[\]-]+=[^\s'"<>`#]+/g;

/**
 * Text without the credentials of the addresses in it: `http://user:word@host/x?sig=abc` → `http://***@host/x?sig=***`.
 * Judged by where a value stands and not by its name: what grants access is called differently everywhere.
 */
export function maskCredentials(text: string): string {
	let shown = text;
	if (shown.includes('@')) shown = shown.replace(userInfo, masked).replace(bareUserInfo, masked);
	if (shown.includes('?')) shown = shown.replace(queryOfAddress, maskQuery).replace(queryOfPath, maskQuery);
	return shown;
}

/** A value as somebody wrote it, perhaps where it doesn't belong: whatever stands before its last @ may be a password. */
export function maskWritten(value: string): string {
	const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)$/is.exec(value) ?? [];
	const [path = '', ...query] = rest.split('?');
	const at = path.lastIndexOf('@');
	const shown = at > 0 && !/^sha\d+:/.test(path.slice(at + 1)) ? `${masked}${path.slice(at)}` : path;
	return query.length === 0 ? scheme + shown : `${scheme}${shown}?${maskQuery(query.join('?'))}`;
}

/** Whether an address in the text carries a password, a token or query values. `ssh://git@host` carries none. */
export const hasCredentials = (text: string): boolean =>
	/[a-z][a-z0-9+.-]*:\/\/([^/?#\s@]*:[^/?#\s]*@|[^\s?#]*\?[^\s#])|https?:\/\/[^/?#\s]+@/i.test(text);

const maskQuery = (query: string) => query.replace(/[^&;]+/g, part => part.replace(/^([^=]*=)?.*$/s, `$1${masked}`));
