import type {RunOutcome} from '../pipeline/events.ts';
import type {Resolved} from '../settings/layers.ts';
import type {Settings} from '../settings/settings.ts';

/** What the screens do with presets; see `AppActions`. */
export type PresetActions = {
	listPresets(): Promise<readonly PresetSummary[]>;
	/** What stands in the way of that name, if anything: a refusal, or a preset that would be overwritten. */
	checkPresetName(name: string): Promise<{refused?: string; exists?: boolean}>;
	/** Writes the preset, over an earlier one of the same name: the screens have asked before. */
	savePreset(preset: PresetDraft): Promise<void>;
	/** Deletes a preset so that `restorePreset` can bring it back. */
	deletePreset(name: string): Promise<void>;
	restorePreset(name: string): Promise<void>;
	duplicatePreset(name: string, copy: string): Promise<void>;
	renamePreset(name: string, to: string): Promise<void>;
	/** What a preset file or a `.arg`, at a path or an https address, would be as a preset. Saves nothing. `needsName`: why it cannot be called as its file is. */
	lookAtImport(from: string, name?: string): Promise<PresetImport | {needsName: string}>;
	saveImport(imported: PresetImport): Promise<void>;
	/** Writes the preset's file there, where none is, and tells where that was. */
	exportPreset(name: string, to: string): Promise<string>;
	comparePresets(before: string, after: string): Promise<readonly PresetDifference[]>;
};

/** Content of a preset to be saved; `from`: the preset that the answers began with, and what of it still counts. */
export type PresetDraft = {
	name: string;
	description: string;
	settings: Partial<Settings>;
	from?: {preset: string} & Pick<Resolved, 'origins' | 'later'>;
};

export type PresetSummary = {
	name: string;
	description: string;
	/** Whose it is: the program's, this workspace's, or this person's in every workspace. */
	origin: 'shipped' | 'workspace' | 'person';
	builder: Settings['builder'];
	/** Image reference and ISO name that it builds, where they are known. */
	imageReference?: string;
	isoName?: string;
	/** Why it cannot be run. */
	problem?: string;
	/** Its last build: when, how it ended, how long it took. */
	lastRun?: {at: number; outcome: RunOutcome; durationMs?: number; id: string};
	/** What it differs in from the nearest of the presets that come with the program; not for those themselves. */
	fromBase?: FromBase;
};

/** A setting that two presets don't have in common; `follows`: neither says it, it follows from what they say. */
export type PresetDifference = {title: string; before: string; after: string; follows: boolean};

/** A preset that is not saved yet; `exists`: saving replaces one of that name, which the difference is from. */
export type PresetImport = {
	name: string;
	text: string;
	place: string;
	exists: boolean;
	difference: readonly PresetDifference[];
	remarks: readonly string[];
};

/** `base`: name of a preset. */
export type FromBase = {base: string; differences: readonly {title: string; value: string; before: string}[]};
