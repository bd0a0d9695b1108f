import type {Settings} from '../../../../settings/settings.ts';
import {managedRunner} from './managed-runner.ts';
import {nativeRunner} from './native-runner.ts';
import {containerRunner} from './privileged-container.ts';
import {remoteRunner} from './remote-runner.ts';
import type {Runner} from './runner-type.ts';
import {upstreamScriptRunner} from './upstream-script-runner.ts';

/** All ways to run Earthly, by the value of the setting `runner`. */
export const runners: Readonly<Record<Settings['runner'], Runner>> = {
	managed: managedRunner,
	container: containerRunner,
	'upstream-script': upstreamScriptRunner,
	native: nativeRunner,
	remote: remoteRunner,
};
