/**
 * An address as it may be shown and stored: without user name, password, query values and fragment.
 * Text that is no URL comes back as `(not a URL)`, for it could hold anything.
 */
export const shownUrl = (address: string): string => {
	if (!URL.canParse(address)) return '(not a URL)';
	const {protocol, host, pathname, search} = new URL(address);
	return `${protocol}//${host}${pathname}${search ? '?…' : ''}`;
};

/** Host (and port) of an address, for labels: `content.mellanox.com`. */
export const hostOf = (address: string): string => (URL.canParse(address) ? new URL(address).host : '(not a URL)');

/** Whether a value names something on the web, by the rule the Dockerfile uses too. */
export const isUrl = (value: string): boolean => /^https?:\/\//.test(value);

/** Base name of a path or URL, query and fragment aside. */
export const baseNameOf = (pathOrUrl: string): string => pathOrUrl.replace(/[?#].*$/, '').replace(/^.*\//, '');
