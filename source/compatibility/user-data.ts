import {parseDocument} from 'yaml';

/** What the rules want to know of a user-data file. */
export type UserDataFacts = {
	/** Set when the text cannot be read; the rest is empty then. */
	problem?: string;
	bindMounts: readonly string[];
	kernelArguments: string;
	hasToken: boolean;
	centralManagement: boolean;
	hasAdmin: boolean;
};

/** Folders that an edge appliance keeps over reboots, beside Kairos' own list. */
export const edgeBindMounts = ['/etc/default', '/etc/lldpd.d', '/etc/modprobe.d', '/etc/modules-load.d'];

/** Reads a user-data file. Values of secrets are looked at, never kept. */
export const readUserData = (text: string): UserDataFacts => {
	const document = parseDocument(text);
	const problem = !/^#cloud-config\s*$/m.test(text.split('\n', 1)[0] ?? '')
		? 'its first line is not #cloud-config'
		: document.errors[0]?.message.split('\n')[0];
	const root = problem ? {} : document.toJS();
	return {
		problem,
		bindMounts: list(at(root, 'install', 'bind_mounts')).map(String),
		kernelArguments: String(at(root, 'install', 'grub_options', 'extra_cmdline') ?? ''),
		hasToken: Boolean(at(root, 'stylus', 'site', 'edgeHostToken')),
		centralManagement: at(root, 'stylus', 'managementMode') !== 'local',
		hasAdmin: usersOf(root).some(user => list(at(user, 'groups')).includes('admin') || Boolean(at(user, 'passwd'))),
	};
};

const usersOf = (root: unknown): unknown[] =>
	Object.values((at(root, 'stages') as object | undefined) ?? {})
		.flatMap(list)
		.flatMap(stage => Object.values((at(stage, 'users') as object | undefined) ?? {}));

const at = (value: unknown, ...path: readonly string[]): unknown =>
	path.reduce<unknown>(
		(current, name) =>
			typeof current === 'object' && current !== null && !Array.isArray(current)
				? (current as Record<string, unknown>)[name]
				: undefined,
		value,
	);

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
