import {basename} from 'node:path';
import type {Builder} from '../builders/builder.ts';
import {reportChecks} from '../pipeline/report-checks.ts';
import type {Step} from '../pipeline/step.ts';
import {expectedOfSettings} from '../verification/iso/iso-expectations.ts';
import {checkIso} from '../verification/iso/iso-file-checks.ts';
import {collectedPaths} from './collect-artifacts.ts';

/** Checksum, boot entries, volume id and files of the ISO. */
export const verifyIso = (builder: Builder): Step => ({
	id: 'verify-iso',
	title: 'Verifying installer ISO',
	done: 'Installer ISO verified',
	after: ['collect'],
	exit: 'verification',
	target: 'installer-iso',
	async run(c) {
		const results = await checkIso(c.host, {
			...collectedPaths(c),
			expected: expectedOfSettings(c.settings, builder.rehearsal),
			signal: c.signal,
			builtAfter: c.results.isoBegunAt,
		});
		reportChecks(results, c.report, {code: 'iso-verification', what: 'The installer ISO is not as it should be'});
		return undefined;
	},
});

/** The same for any ISO, by what it says of itself; `iso` is an absolute path. */
export const verifyIsoFile = (iso: string): Step => ({
	id: 'verify-iso',
	title: `Verifying ${basename(iso)}`,
	done: `${basename(iso)} verified`,
	after: [],
	exit: 'verification',
	async run(c) {
		const results = await checkIso(c.host, {iso, checksum: `${iso}.sha256`, signal: c.signal});
		reportChecks(results, c.report, {code: 'iso-verification', what: `${basename(iso)} is not as it should be`});
		return undefined;
	},
});
