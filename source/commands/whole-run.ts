import type {RunOptions} from '../pipeline/step.ts';

/** What a build does unless flags say otherwise. */
export const wholeRun: RunOptions = {smokeTest: true, push: false, fresh: false, yes: false, keepTree: false};
