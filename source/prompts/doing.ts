import type {AppActions, RunHandle} from '../app/actions.ts';
import type {ExitCode} from '../exit-codes.ts';
import type {Extra} from './ask-choice.ts';
import type {Asker} from './asker.ts';

/** What an entry of the menu works with. */
export type Tools = {
	asker: Asker;
	actions: AppActions;
	/** Begins a run and waits for its end, telling both in lines. */
	follow(begin: () => Promise<RunHandle>): Promise<{exitCode: ExitCode; run?: RunHandle}>;
	/** Shows the lines of an earlier run. */
	replay(id: string): Promise<void>;
};

/** What an entry of the menu does. @returns the exit code of what ran, if anything ran */
export type Doing = (tools: Tools) => Promise<ExitCode | undefined>;

/** Answers a list without taking anything of it. */
export const backToMenu: Extra<undefined> = {words: ['<', 'back', ''], value: undefined, does: 'goes back'};
