import type {Facts} from '../../source/compatibility/judge-settings.ts';
import {debianMachine} from '../settings/settings-of.ts';

/** Facts of a machine of which nothing is known but what a test says. */
export const factsWith = (known: Partial<Facts> = {}): Facts => ({
	machine: debianMachine,
	kubernetesVersions: 'unknown',
	earthfilePeVersion: 'unknown',
	earthfileArguments: 'unknown',
	filesTaken: 'unknown',
	missingSigningKeys: 'unknown',
	freeDiskGb: 'unknown',
	dockerFreeDiskGb: 'unknown',
	dockerLogins: 'unknown',
	userData: 'unknown',
	firmwareBytes: {},
	kvm: 'unknown',
	push: false,
	smokeTest: false,
	...known,
});
