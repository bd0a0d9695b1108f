import type {Builder} from '../builders/builder.ts';
import type {Step} from '../pipeline/step.ts';

/** The ISO that machines are installed from, still in the run's temporary folder. */
export const installerIso = (builder: Builder): Step => ({
	id: 'installer-iso',
	title: 'Building installer ISO',
	done: 'Installer ISO built',
	after: ['provider-image'],
	neededBy: ['collect'],
	exit: 'build',
	target: 'installer-iso',
	async run(c) {
		c.results.isoBegunAt = c.host.now();
		await builder.buildInstallerIso(c);
		return undefined;
	},
});
