import type {Builder} from '../builders/builder.ts';
import {serveFirmwareOnce} from '../builders/serve-firmware-once.ts';
import type {Step} from '../pipeline/step.ts';
import {checkHost} from './check-host.ts';
import {collect} from './collect-artifacts.ts';
import {fetchFirmwareStep} from './fetch-firmware.ts';
import {installerIso} from './installer-iso.ts';
import {prepareSource} from './prepare-source.ts';
import {profile} from './profile.ts';
import {providerImage} from './provider-image.ts';
import {push} from './push.ts';
import {smokeTest} from './smoke-test.ts';
import {verifyImage} from './verify-image.ts';
import {verifyIso} from './verify-iso.ts';

/** The catalogue: every step of a build in running order. */
export function catalogue(builder: Builder): Step[] {
	const served = serveFirmwareOnce(builder);
	return [
		checkHost(builder),
		fetchFirmwareStep(served),
		prepareSource(builder, served),
		providerImage(builder),
		installerIso(builder),
		collect(builder),
		verifyImage(builder),
		verifyIso(builder),
		smokeTest,
		push(builder),
		profile,
	];
}
