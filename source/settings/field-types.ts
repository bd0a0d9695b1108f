import type {BuilderId, SettingKey, Settings} from './settings.ts';

export type SettingValue = string | number | boolean;

/** What is known of the machine; some defaults follow from it. */
export type MachineFacts = {
	/** `ID` and `VERSION_ID` of /etc/os-release. */
	osId: string;
	osVersion: string;
	arch: 'amd64' | 'arm64';
};

/** Headings of docs/settings.md and of the expert questions, in their order. */
export const groups = {
	image: 'What is built',
	names: 'Names and registry',
	firmware: 'DOCA and BlueField firmware',
	engine: 'CanvOS release and build engine',
	upstream: 'CanvOS options',
	network: 'Network',
	nodeprep: 'Node preparation',
	machine: 'This machine and the smoke test',
} as const;
export type Group = keyof typeof groups;

export type Help = {
	what: string;
	why: string;
	/** Which value is the safe one. */
	safe: string;
	/** What breaks with a wrong one. */
	breaks: string;
};

export type Choice<T extends SettingValue = SettingValue> = {value: T; title: string; description: string};

/** A refusal: what is wrong with the value, and what to write instead. */
export type Problem = {problem: string; hint?: string};
/** `note` tells that the value was understood, but is spelled differently. */
export type Parsed<T> = {value: T; note?: string} | Problem;

/** The form of a value, for documentation, schema and the wizard's input. */
type Kind =
	| {is: 'yes-no'}
	| {is: 'integer'; min: number; max: number; unit?: string}
	| {is: 'choice'}
	/** `longest`: characters. */
	| {is: 'text'; pattern?: string; longest: number};

/**
 * How a value is a path: of a file, a folder or either, taken from the workspace where it is relative. `copied`: it stays relative,
 * because the build finds the file by the same name in its own folder. `isPath`: for settings that may also be something else.
 */
export type SettingPath = {kind: 'file' | 'folder' | 'either'; copied?: boolean; isPath?(value: string): boolean};

/** One setting without its names, which follow from the key. */
export type FieldSpec<T extends SettingValue = SettingValue> = {
	group: Group;
	/** What it is called in lists: a few words. */
	title: string;
	/** Ends in "?". */
	question: string;
	help: Help;
	kind: Kind;
	choices?: readonly Choice<T>[];
	/** Reads the text of a flag, argument, variable or preset; refuses what breaks a rule. */
	parse(text: string): Parsed<T>;
	/** Brings a right value to its one spelling, knowing the other settings. */
	normalise?(value: T, settings: Settings): Parsed<T>;
	default: T | ((settings: Settings, machine: MachineFacts) => T);
	/** How documentation tells a default that depends on something. */
	defaultText?: string;
	/** Never shown, never saved. */
	secret: boolean;
	/** Key in CanvOS's `.arg`, where it is written there. */
	arg?: string;
	/** Other names it is known by, for the environment and arguments. */
	aliases?: readonly string[];
	/** Its name in the environment belongs to everybody, so it isn't read from there. */
	notFromEnvironment?: boolean;
	/** Other programs read its name from the environment too: what can't be ours there is passed over with a warning. */
	sharedName?: boolean;
	/** The value names something on this machine, which has to be there. */
	path?: SettingPath;
	builders: readonly BuilderId[];
	/** Asked only by those who want every question. */
	expert: boolean;
};

/** One setting, complete. */
export type Field<T extends SettingValue = SettingValue> = FieldSpec<T> & {
	key: SettingKey;
	/** Environment, Make and `NAME=value` name. */
	name: string;
	/** Without the leading dashes. */
	flag: string;
};

/** The fields of one group. */
export type FieldSpecs = {readonly [K in SettingKey]?: FieldSpec<Settings[K]>};
