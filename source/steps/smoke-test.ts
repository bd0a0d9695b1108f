import {randomBytes} from 'node:crypto';
import {basename} from 'node:path';
import {bootStages, stageTitles} from '../machine/boot/boot-stages.ts';
import {runSmokeTest} from '../machine/run-smoke-test.ts';
import {hashOf} from '../pipeline/receipts.ts';
import {reportChecks} from '../pipeline/report-checks.ts';
import type {Step, StepContext} from '../pipeline/step.ts';
import {nodeprepEnvironment} from '../settings/nodeprep-environment.ts';
import {outputNames} from '../settings/output-names.ts';
import {formatDuration} from '../text/durations.ts';
import {expectations} from '../verification/expectations/index.ts';
import {settingsOfFound} from '../verification/found-settings.ts';
import {kernelOf} from '../verification/iso/extract-kernel.ts';
import {readProbe} from '../verification/probe/probe-answer.ts';
import {probeScript} from '../verification/probe/probe-script.ts';
import {probeVerdicts} from '../verification/probe/probe-verdicts.ts';
import {collectedPaths, neededIso} from './collect-artifacts.ts';

/** Boots the ISO in QEMU and asks the live system the same questions as the image. */
export const smokeTest: Step = {
	id: 'smoke-test',
	title: 'Booting the ISO in QEMU',
	done: 'The ISO boots, and the live system is as it should be',
	after: ['verify-image', 'verify-iso'],
	exit: 'smokeTest',
	target: 'installer-iso',
	skip: ({options}) => (options.smokeTest ? undefined : 'not wanted (--no-smoke-test)'),
	async inputs(c) {
		const {memory, cores, cpu, accelerator, vmFirmware} = c.settings;
		return {
			iso: (await c.host.files.readText(collectedPaths(c).checksum)) ?? 'missing',
			vm: {memory, cores, cpu, accelerator, vmFirmware},
			probe: hashOf(probeScript('', environmentOf(c))),
			expected: hashOf(expectations(c.settings, c.names, 'live').map(({id, title}) => [id, title])),
		};
	},
	async run(c) {
		const {output, nonce} = await bootAndAsk(c, await neededIso(c), environmentOf(c));
		const results = probeVerdicts(output, nonce, expectations(c.settings, c.names, 'live'));
		reportChecks(results, c.report, {code: 'smoke-test', what: 'The live system is not as it should be'});
		return undefined;
	},
};

/** The same for any ISO (an absolute path), by what its live system says of itself. */
export const smokeTestFile = (iso: string): Step => ({
	id: 'smoke-test',
	title: `Booting ${basename(iso)} in QEMU`,
	done: `${basename(iso)} boots, and its live system is as it should be`,
	after: ['check-host'],
	exit: 'smokeTest',
	async run(c) {
		const {output, nonce} = await bootAndAsk(c, iso, '');
		const settings = settingsOfFound(readProbe(output, nonce).facts, c.settings);
		// Whose nodes it is for isn't known, so nodeprep was given no settings.
		const expected = expectations(settings, outputNames(settings), 'live').filter(({id}) => !ofSettings.includes(id));
		reportChecks(probeVerdicts(output, nonce, expected), c.report, {
			code: 'smoke-test',
			what: `The live system of ${basename(iso)} is not as it should be`,
		});
		return undefined;
	},
});

const ofSettings: readonly string[] = ['nodeprep-settings', 'nodeprep-unit'];

async function bootAndAsk(c: StepContext, iso: string, environment: string) {
	const nonce = randomBytes(8).toString('hex');
	const {output} = await runSmokeTest({
		host: c.host,
		iso,
		kernel: kernelOf(c.host, iso),
		settings: c.settings,
		folder: c.run.folder,
		script: probeScript(nonce, environment),
		signal: c.signal,
		cleanup: c.cleanup,
		onSerial: text => c.report.log({stream: 'serial', text}),
		onStage(stage, sincePowerOnMs) {
			const label = stageTitles[stage];
			c.report.progress({done: bootStages.indexOf(stage), total: bootStages.length, unit: 'items', label});
			c.report.note(`${label}, ${formatDuration(sincePowerOnMs)} after power-on`);
		},
		onStall(detail) {
			c.report.note(detail);
			c.report.check({
				id: 'kvm',
				title: 'Virtualisation (KVM)',
				verdict: 'warn',
				detail,
				hint: 'ACCELERATOR=tcg takes emulation from the start; a kernel or firmware update of this machine, or of its hypervisor, may mend KVM.',
			});
		},
		note: c.report.note,
	});
	return {output, nonce};
}

const environmentOf = ({settings}: Pick<StepContext, 'settings'>) =>
	settings.edgeAppliance ? nodeprepEnvironment(settings) : '';
