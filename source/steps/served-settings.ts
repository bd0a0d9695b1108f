import type {Builder} from '../builders/builder.ts';
import type {StepContext} from '../pipeline/step.ts';
import type {Settings} from '../settings/settings.ts';

/** Settings whose firmware URLs can be reached: a rehearsal serves its stand-ins itself, for as long as the run lasts. */
export type ServedSettings = {of(c: StepContext): Promise<Settings>};

/** Starts the builder's firmware server at the first use, once a run. */
export const createServedSettings = (builder: Builder): ServedSettings => {
	let serving: Promise<Settings> | undefined;
	const serve = async (c: StepContext) => {
		if (!builder.serveFirmware || !c.settings.edgeAppliance) return c.settings;
		const {settings, close} = await builder.serveFirmware(c);
		c.cleanup.add('the firmware server', close);
		return settings;
	};
	return {
		of(c) {
			serving ??= serve(c);
			return serving;
		},
	};
};
