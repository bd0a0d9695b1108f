import {join} from 'node:path';
import type {FilesTaken} from '../../../compatibility/facts.ts';
import {FixableError} from '../../../errors.ts';
import type {StepContext} from '../../../pipeline/step.ts';
import {authorityFile} from '../edits/forget-authority.ts';
import {ownFiles} from './own-files.ts';

/** Files of the workspace that a build takes because they are called so; not those that a setting names outright. */
export async function filesTaken(c: Pick<StepContext, 'host' | 'settings' | 'workspace'>): Promise<FilesTaken> {
	try {
		const names = (await ownFiles(c)).map(({to}) => to);
		const byName = names.filter(name => name !== authorityFile && !name.startsWith('secure-boot/'));
		const here = await Promise.all(byName.map(name => c.host.files.exists(join(c.workspace.root, name))));
		return {names: byName.filter((_, index) => here[index])};
	} catch (error) {
		if (error instanceof FixableError) return {problem: error.message, hint: error.hint};
		throw error;
	}
}
