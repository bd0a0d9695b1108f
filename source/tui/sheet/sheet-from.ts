import type {RunStart} from '../../app/actions.ts';
import type {SettingKey} from '../../settings/settings.ts';
import type {Choice} from '../../wizard/choices.ts';

/** What a sheet begins with: nothing, a preset, a card of the first start, or what an earlier build was. */
export type SheetFrom = {preset?: string; choice?: Pick<Choice, 'answers'>; past?: PastBuild};

/** `start`: how it was started, which also tells the secrets that its record doesn't; `problem`: why it failed; `implicated`: the settings that its failure names. */
export type PastBuild = {
	runId: string;
	start?: RunStart;
	problem?: string;
	implicated?: readonly SettingKey[];
};
