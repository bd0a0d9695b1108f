import type {Builder} from '../builders/builder.ts';
import {removeOurs} from '../host/reaper.ts';
import type {Step} from '../pipeline/step.ts';
import type {ServedSettings} from './served-settings.ts';

/** The build context: upstream tree or base image, overlay, firmware, `.arg`; thrown away when the run ends. */
export const prepareSource = (builder: Builder, served: ServedSettings): Step => ({
	id: 'prepare-source',
	title: 'Preparing source tree',
	done: 'Source tree prepared',
	after: ['fetch-firmware'],
	neededBy: ['provider-image', 'collect'],
	exit: 'build',
	async run(c) {
		const {temporary, tree} = c.run;
		const forget = c.host.journal.record({kind: 'folder', path: temporary});
		c.cleanup.add('the temporary folder', async () => {
			if (c.options.keepTree) return;
			await removeOurs(c.host, temporary, c.workspace.root);
			forget();
		});
		await c.host.files.makeFolder(tree);
		await builder.prepareSource({...c, settings: await served.of(c)});
		return undefined;
	},
});
