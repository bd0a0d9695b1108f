import {nodeprepEnvironment} from '../../settings/nodeprep-environment.ts';
import type {Settings} from '../../settings/settings.ts';
import {type Expectation, fail, pass, shortened, warn} from './expectation-type.ts';
import {liveArguments} from './kernel-arguments.ts';

/** What only a booted live system can tell. */
export const liveExpectations = (settings: Settings): Expectation[] => [
	{
		id: 'manual-entry',
		title: 'Booted without the installer',
		why: 'The first GRUB entry installs and wipes a disk; the test must have chosen the (manual) one.',
		hint: 'The key for the menu came too late: run the smoke test again.',
		needs: ['cmdline'],
		verdictOn({cmdline}) {
			const installer = /(^| )(nodepair\.enable|install-mode)\S*/.exec(cmdline);
			return installer ? fail(`the kernel was started with ${installer[0].trim()}`) : pass();
		},
	},
	{
		id: 'system-state',
		title: 'System state',
		why: 'Failed services are listed by `systemctl --failed`.',
		needs: ['system'],
		verdictOn: ({system}) =>
			system === 'running'
				? pass('running')
				: warn(system === '' ? 'unknown' : `${system}: some services may have failed`),
	},
	liveArguments,
	...(settings.edgeAppliance ? [...edgeLive, nodeprepSettings(settings)] : []),
	...(settings.edgeAppliance && settings.builder === 'rehearsal' ? nodeprepLife : []),
];

const edgeLive: readonly Expectation[] = [
	{
		id: 'module-loads',
		title: 'Driver module loads',
		why: 'The live system must be able to reach the NICs; a module for another kernel would be refused.',
		hint: 'See the DKMS step of the build log.',
		needs: ['module-loads'],
		verdictOn: facts =>
			['no', 'none', 'skip', ''].includes(facts['module-loads'])
				? fail(facts['module-loads'] === 'no' ? 'modprobe refused it' : 'there is no module')
				: pass(facts['module-loads']),
	},
	{
		id: 'run-mellanox',
		title: '/run/mellanox is made at boot',
		why: 'nodeprep leaves its driver-ready marker there, and /run is empty at each boot.',
		hint: 'etc/tmpfiles.d/mellanox.conf did not take effect: `systemctl status systemd-tmpfiles-setup`.',
		needs: ['run-mellanox'],
		verdictOn: facts => (facts['run-mellanox'] === 'yes' ? pass() : fail('/run/mellanox/drivers is missing')),
	},
	{
		id: 'nodeprep-check',
		title: 'nodeprep looks at this machine',
		why: 'It must end in an orderly way without cards, cluster and environment file too.',
		hint: 'Run `/opt/spectrocloud/nodeprep.sh --check` in the console.',
		needs: ['nodeprep-check'],
		verdictOn: facts => {
			const code = facts['nodeprep-check'];
			const said = orderlyExits[code];
			return said === undefined ? fail(`--check ended with ${code}`) : pass(said);
		},
	},
];

/** nodeprep is given the environment file of these settings and must read out of it what they say. */
const nodeprepSettings = (settings: Settings): Expectation => ({
	id: 'nodeprep-settings',
	title: 'nodeprep reads its settings',
	why: 'What was answered about nodeprep reaches the nodes by this file; one that it refuses prepares nothing.',
	hint: 'Run `/opt/spectrocloud/nodeprep.sh --settings` in the console.',
	needs: ['nodeprep-settings'],
	verdictOn(facts) {
		const read = facts['nodeprep-settings'];
		const lines = read.split(';');
		const wanted = nodeprepEnvironment(settings)
			.split('\n')
			.filter(line => /^\w+=/.test(line));
		const different = wanted.filter(line => !lines.includes(line));
		if (different.length === 0) return pass(`${wanted.length} settings`);
		if (settings.bfbFw === '' && /BFB_FW is missing/.test(read))
			return warn('BFB_FW is not known for this bundle', 'Give BFB_FW: nodeprep does not start without.');
		return fail(`it read ${shortened(read, 200)}, not ${different.join(', ')}`);
	},
});

// Exit codes of `nodeprep.sh --check` on a machine that no cluster has prepared.
const orderlyExits: Readonly<Record<string, string>> = {
	'0': 'nothing to do',
	'10': 'no environment file yet',
	'50': 'there is work to do',
	'51': 'says what is missing',
};

/** The states that a rehearsed life of nodeprep goes through, in order (overlay/rehearsal/nodeprep-life.sh). */
const lifeStates = ['init', 'reboot-pending', 'config', 'precomplete', 'complete', 'complete-again'] as const;

const nodeprepLife: readonly Expectation[] = lifeStates.map(state => ({
	id: `nodeprep-life-${state}`,
	title: `nodeprep reaches ${state}`,
	why: 'The script of this image goes through all its states inside the booted system, on a tree of stand-ins.',
	hint: 'Run `/usr/lib/edge-builder/nodeprep-life.sh` in the console.',
	needs: ['nodeprep-life'],
	verdictOn(facts) {
		const line = facts['nodeprep-life'].split(';').find(entry => entry.startsWith(`${state}:`));
		if (line === undefined) return fail('it did not get there');
		const said = line.slice(state.length + 1);
		return said === 'ok' ? pass() : fail(said.replace(/^fail /, ''));
	},
}));
