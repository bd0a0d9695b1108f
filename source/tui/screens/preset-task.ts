import type {PresetDifference, PresetSummary} from '../../app/actions.ts';

/** What is done with a preset, apart from looking and building. */
export type PresetTask =
	| {kind: 'duplicate' | 'rename' | 'export'; preset: PresetSummary}
	| {kind: 'import'}
	| {kind: 'compare'; before: string; after: string; difference: readonly PresetDifference[]};
