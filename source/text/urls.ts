/** Whether this is an http or https address, by its scheme alone. */
export function isUrl(text: string): boolean {
	return /^https?:\/\//.test(text);
}

/** The last part of a path or URL, without query and fragment. */
export function baseName(pathOrUrl: string): string {
	return pathOrUrl.replace(/[?#].*$/, '').replace(/^.*\//, '');
}

/**
 * An address as it may be shown and stored: without user name, password, query values and fragment.
 * Text that is no URL comes back as `(not a URL)`, for it could hold anything.
 */
export function shownUrl(address: string): string {
	if (!URL.canParse(address)) return '(not a URL)';
	const {protocol, host, pathname, search} = new URL(address);
	return `${protocol}//${host}${pathname}${search ? '?…' : ''}`;
}

/** Host (and port) of an address, for labels: `content.mellanox.com`. */
export function hostOf(address: string): string {
	return URL.canParse(address) ? new URL(address).host : '(not a URL)';
}
