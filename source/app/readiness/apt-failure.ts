import {FixableError, type ToolError} from '../../errors.ts';

/** What apt and dpkg say when they fail, and what helps. `update` is what the refreshing of the lists said before. */
export function aptFailure(error: ToolError, update: string | undefined): FixableError | ToolError {
	const said = error.lastLines.join('\n');
	for (const explain of explanations) {
		const found = explain(said, update);
		if (found) {
			const lines = error.lastLines.filter(line => line.startsWith('E: ')).join('\n');
			const message = lines === '' ? found.message : `${found.message}\n${lines}`;
			return new FixableError(found.code, message, {hint: found.hint, exit: 'host', cause: error});
		}
	}
	return error;
}

type Explanation = {code: string; message: string; hint: string};

const explanations: readonly ((said: string, update: string | undefined) => Explanation | undefined)[] = [
	said =>
		/dpkg was interrupted/.test(said)
			? {
					code: 'dpkg-interrupted',
					message: 'An earlier installation was interrupted, and apt does nothing until that is put right',
					hint: 'As root, run: dpkg --configure -a   Then try again.',
				}
			: undefined,
	said => {
		const unknown = [
			...[...said.matchAll(/Unable to locate package (\S+)/g)].map(([, name]) => name),
			...[...said.matchAll(/Package '?([^\s']+)'? has no installation candidate/g)].map(([, name]) => name),
		];
		return unknown.length > 0
			? {
					code: 'package-unknown',
					message: `apt knows no package ${unknown.join(', ')}`,
					hint: 'Look at /etc/apt/sources.list and /etc/apt/sources.list.d: the release itself is needed (on Ubuntu with the component universe), and a mirror that answers.',
				}
			: undefined;
	},
	said =>
		/(Could not get lock|Unable to (acquire|lock))/.test(said)
			? {
					code: 'apt-locked',
					message: 'Another program is installing packages',
					hint: 'Wait until it has ended (`ps -e | grep -E "apt|dpkg"` shows it), then try again.',
				}
			: undefined,
	said =>
		/enough free space/.test(said)
			? {
					code: 'disk-full',
					message: 'The disk has no room for the packages',
					hint: 'Free some space in /var and /usr; `apt-get clean` frees what apt keeps.',
				}
			: undefined,
	said =>
		/(Failed to fetch|Unable to fetch)/.test(said)
			? {
					code: 'apt-fetch',
					message: 'Packages could not be downloaded',
					hint: 'Check network, proxy (Acquire::http::Proxy in /etc/apt/apt.conf.d) and mirror, then try again.',
				}
			: undefined,
	said =>
		/Sub-process \S*dpkg returned an error/.test(said)
			? {
					code: 'dpkg-failed',
					message: 'dpkg could not set up a package',
					hint: 'As root, run: dpkg --configure -a   It says which, and why.',
				}
			: undefined,
	(_, update) =>
		update === undefined
			? undefined
			: {
					code: 'apt-update',
					message: `The package lists could not be refreshed: ${update}`,
					hint: 'Check network, proxy and /etc/apt/sources.list.',
				},
];
