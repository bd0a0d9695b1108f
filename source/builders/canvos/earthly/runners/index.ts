import type {Settings} from '../../../../settings/settings.ts';
import {containerRunner} from './container.ts';
import {managedRunner} from './managed.ts';
import {nativeRunner} from './native.ts';
import {remoteRunner} from './remote.ts';
import type {Runner} from './runner.ts';
import {upstreamScriptRunner} from './upstream-script.ts';

/** All ways to run Earthly, by the value of the setting `runner`. */
export const runners: Readonly<Record<Settings['runner'], Runner>> = {
	managed: managedRunner,
	container: containerRunner,
	'upstream-script': upstreamScriptRunner,
	native: nativeRunner,
	remote: remoteRunner,
};
