import type {StepContext} from '../pipeline/step.ts';
import type {Settings} from '../settings/settings.ts';
import type {Builder} from './builder.ts';

/** Settings whose firmware URLs can be reached: a rehearsal serves its stand-ins itself, for as long as the run lasts. */
export type ServedSettings = (c: StepContext) => Promise<Settings>;

/** Starts the builder's firmware server, if it has one, when the first step asks, and not again in this run. */
export function serveFirmwareOnce(builder: Builder): ServedSettings {
	let serving: Promise<Settings> | undefined;
	const serve = async (c: StepContext) =>
		builder.serveFirmware && c.settings.edgeAppliance ? builder.serveFirmware(c) : c.settings;
	return c => {
		serving ??= serve(c);
		return serving;
	};
}
