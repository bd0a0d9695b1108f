import type {Reporter} from '../pipeline/step.ts';

/** For work outside a run, whose results are printed at its end. */
export const quietReporter: Reporter = {
	progress: () => undefined,
	log: () => undefined,
	note: () => undefined,
	check: () => undefined,
	artifact: () => undefined,
	node: () => undefined,
};
