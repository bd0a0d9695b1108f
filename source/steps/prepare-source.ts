import type {Builder} from '../builders/builder.ts';
import type {ServedSettings} from '../builders/serve-firmware-once.ts';
import type {Step} from '../pipeline/step.ts';

/** The build context: upstream tree or base image, overlay, firmware, `.arg`; thrown away when the run ends. */
export const prepareSource = (builder: Builder, served: ServedSettings): Step => ({
	id: 'prepare-source',
	title: 'Preparing source tree',
	done: 'Source tree prepared',
	after: ['fetch-firmware'],
	neededBy: ['provider-image', 'collect'],
	exit: 'build',
	async run(c) {
		await c.host.files.makeFolder(c.run.tree);
		await builder.prepareSource({...c, settings: await served(c)});
		return undefined;
	},
});
