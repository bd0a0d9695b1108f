import {randomBytes} from 'node:crypto';
import {FixableError} from '../errors.ts';
import {formatDuration} from '../format.ts';
import {bootStages, stageTitles} from '../machine/boot-stages.ts';
import {runSmokeTest} from '../machine/smoke-test.ts';
import {hashOf} from '../pipeline/receipts.ts';
import type {Step} from '../pipeline/step.ts';
import {expectations, judgeProbe, probeScript} from '../verification/probe.ts';
import {collectedPaths} from './collect.ts';
import {failOnFailedChecks} from './failed-checks.ts';

/** Boots the ISO in QEMU and asks the live system the same questions as the image. */
export const smokeTest: Step = {
	id: 'smoke-test',
	title: 'Booting the ISO in QEMU',
	done: 'The ISO boots, and the live system is as it should be',
	after: ['verify-image', 'verify-iso'],
	exit: 'smokeTest',
	skip({options}) {
		if (!options.smokeTest) return 'not wanted (--no-smoke-test)';
		return options.only === 'provider-image' ? 'only the provider image was asked for' : undefined;
	},
	async inputs(c) {
		const {memory, cores, cpu} = c.settings;
		return {
			iso: (await c.host.files.readText(collectedPaths(c).checksum)) ?? 'missing',
			vm: {memory, cores, cpu},
			probe: hashOf(probeScript('')),
			expected: hashOf(expectations(c.settings, c.names, 'live').map(({id, title}) => [id, title])),
		};
	},
	async run(c) {
		const {iso} = collectedPaths(c);
		if (!(await c.host.files.exists(iso))) {
			throw new FixableError('iso-missing', `There is no ISO at ${iso}`, {
				hint: 'Build it first: edge-builder build.',
				exit: 'usage',
			});
		}
		const nonce = randomBytes(8).toString('hex');
		const {output} = await runSmokeTest({
			host: c.host,
			iso,
			settings: c.settings,
			folder: c.run.folder,
			script: probeScript(nonce),
			signal: c.signal,
			cleanup: c.cleanup,
			onSerial: text => c.report.log({stream: 'serial', text}),
			onStage(stage, sincePowerOnMs) {
				const label = stageTitles[stage];
				c.report.progress({done: bootStages.indexOf(stage), total: bootStages.length, unit: 'items', label});
				c.report.note(`${label}, ${formatDuration(sincePowerOnMs)} after power-on`);
			},
			note: c.report.note,
		});
		c.report.log({stream: 'out', text: output.trimEnd()});
		const results = judgeProbe(output, nonce, expectations(c.settings, c.names, 'live'));
		for (const result of results) c.report.check(result);
		failOnFailedChecks(results, {code: 'smoke-test', what: 'The live system is not as it should be'});
		return undefined;
	},
};
