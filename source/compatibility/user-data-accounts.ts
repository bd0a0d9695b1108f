import {at, entries, list} from '../text/parsed-data.ts';

/** Who can log in to an installed host and administer it; `none wanted`: the file says that there shall be no user. */
export type Administration = 'somebody' | 'nobody' | 'none wanted';

/** Reads it from the users that Kairos makes: those of its stages, cloud-init's, and Stylus' own. */
export function administration(root: unknown): Administration {
	const stages = entries(at(root, 'stages')).flatMap(([, steps]) => list(steps));
	const keysApart = new Set(stages.flatMap(step => entries(at(step, 'authorized_keys')).map(([name]) => name)));
	const users = [...stages, root, at(root, 'stylus', 'site')].flatMap(place => usersOf(at(place, 'users')));
	const isAdministrator = users.some(
		({name, user}) => canLogIn(user, keysApart.has(name)) && (name === 'root' || mayAdminister(user)),
	);
	if (isAdministrator || keysApart.has('root')) return 'somebody';
	return at(root, 'install', 'nousers') === true ? 'none wanted' : 'nobody';
}

// Stages name their users as keys, cloud-init in each entry of a list.
const usersOf = (users: unknown): {name: string; user: unknown}[] => [
	...entries(users).map(([name, user]) => ({name, user})),
	...list(users).map(user => ({name: String(at(user, 'name') ?? ''), user})),
];

function canLogIn(user: unknown, hasKeysApart: boolean): boolean {
	const keys = ['ssh_authorized_keys', 'ssh-authorized-keys', 'ssh_import_id'].flatMap(name => words(at(user, name)));
	if (keys.length > 0 || hasKeysApart) return true;
	const password = ['passwd', 'hashed_passwd', 'plain_text_passwd'].map(name => at(user, name)).find(Boolean);
	// "!" and "*" stand where no password fits.
	return password !== undefined && !/^[!*]/.test(String(password)) && at(user, 'lock_passwd') !== true;
}

const administrators = ['admin', 'sudo', 'wheel', 'root'];

function mayAdminister(user: unknown): boolean {
	const groups = [...words(at(user, 'groups')), ...words(at(user, 'primary_group'))];
	const sudo = at(user, 'sudo');
	return groups.some(group => administrators.includes(group)) || (Boolean(sudo) && !/^false$/i.test(String(sudo)));
}

// cloud-init takes one text with commas as well as a list.
const words = (value: unknown): string[] =>
	(Array.isArray(value) ? value : [value])
		.filter(one => one !== undefined && one !== null)
		.flatMap(one => String(one).split(','))
		.map(word => word.trim())
		.filter(Boolean);
