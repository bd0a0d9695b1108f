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
	const {root, problem} = parse(text);
	return {
		problem,
		bindMounts: list(at(root, 'install', 'bind_mounts')).map(String),
		kernelArguments: String(at(root, 'install', 'grub_options', 'extra_cmdline') ?? ''),
		hasToken: Boolean(at(root, 'stylus', 'site', 'edgeHostToken')),
		centralManagement: at(root, 'stylus', 'managementMode') !== 'local',
		hasAdmin: usersOf(root).some(user => list(at(user, 'groups')).includes('admin') || Boolean(at(user, 'passwd'))),
	};
};

const parse = (text: string): {root?: unknown; problem?: string} => {
	if (!/^#cloud-config\s*$/.test(text.split('\n', 1)[0] ?? '')) return {problem: 'its first line is not #cloud-config'};
	const document = parseDocument(text);
	const [error] = document.errors;
	if (error) return {problem: firstLine(error.message)};
	try {
		return {root: document.toJS()};
	} catch (error) {
		// Aliases are followed only now: unknown ones, and too many.
		return {problem: firstLine(error instanceof Error ? error.message : String(error))};
	}
};

const firstLine = (text: string) => text.split('\n', 1)[0] ?? '';

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
