import type {OutputNames} from '../../settings/output-names.ts';
import type {Settings} from '../../settings/settings.ts';
import {edgeExpectations} from './edge-appliance.ts';
import {everyImage, kubernetes} from './every-image.ts';
import type {Expectation, Where} from './expectation-type.ts';
import {liveExpectations} from './live-system.ts';
import {standardExpectations} from './standard-image.ts';

/** Everything that must hold in what these settings build, in the order it is shown. */
export const expectations = (settings: Settings, names: OutputNames, where: Where): Expectation[] => [
	...(where === 'live' ? liveExpectations(settings) : []),
	...everyImage(settings, where),
	...(settings.edgeAppliance ? edgeExpectations(settings, names, where) : standardExpectations(settings)),
	...(where === 'image' ? kubernetes(settings) : []),
];
