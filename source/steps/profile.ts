import {join} from 'node:path';
import type {Step} from '../pipeline/step.ts';
import {profileYaml} from '../settings/profile.ts';

/** The Palette profile that names this image. */
export const profile: Step = {
	id: 'profile',
	title: 'Writing Palette profile',
	done: 'Palette profile written',
	after: ['push'],
	exit: 'build',
	skip: ({options}) => (options.only === 'installer-iso' ? 'only the installer ISO was asked for' : undefined),
	async run(c) {
		const path = join(c.workspace.build, c.names.profileFile);
		const text = profileYaml(c.settings, c.names);
		await c.host.files.write(path, text);
		c.report.log({stream: 'out', text: text.trimEnd()});
		c.report.artifact({kind: 'profile', ref: path});
		return undefined;
	},
};
