/** What stands in the place of a secret. */
export const masked = '***';

/** User name and password (or token) within an address: group 1 the scheme, group 2 the credentials. */
export const userInfo = /([a-z][a-z0-9+.-]*:\/\/)([^/?#\s]+)@/gi;

/** `http://user:word@host` → `http://***@host`. */
export const maskCredentials = (text: string) => text.replace(userInfo, `$1${masked}@`);

/** Whether an address in the text carries a user name or password. `ssh://git@host` is none. */
export const hasCredentials = (text: string) =>
	/[a-z][a-z0-9+.-]*:\/\/[^/?#\s@]*:[^/?#\s]*@|https?:\/\/[^/?#\s]+@/i.test(text);
