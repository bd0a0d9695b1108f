import {join} from 'node:path';
import type {Step} from '../pipeline/step.ts';
import {profileYaml} from '../settings/cluster-profile.ts';
import {nodeprepEnvironment} from '../settings/nodeprep-environment.ts';

/** The Palette profile that names this image, and beside it what nodeprep is told on the nodes. */
export const profile: Step = {
	id: 'profile',
	title: 'Writing Palette profile',
	done: 'Palette profile written',
	after: ['push'],
	exit: 'build',
	target: 'provider-image',
	async run(c) {
		const path = join(c.workspace.build, c.names.profileFile);
		const text = profileYaml(c.settings, c.names);
		await c.host.files.write(path, text);
		c.report.log({stream: 'out', text: text.trimEnd()});
		c.report.artifact({kind: 'profile', ref: path});
		const environment = join(c.workspace.build, c.names.nodeprepFile);
		if (c.settings.edgeAppliance) {
			await c.host.files.write(environment, nodeprepEnvironment(c.settings));
			c.report.artifact({kind: 'nodeprep-environment', ref: environment});
		} else {
			// That of an edge appliance built here before would be taken for this image's.
			await c.host.files.remove(environment, c.workspace.build);
		}
		return undefined;
	},
};
