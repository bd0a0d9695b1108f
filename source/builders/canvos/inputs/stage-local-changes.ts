import {join} from 'node:path';
import {stageCopy} from '../../../firmware/staging.ts';
import type {StepContext} from '../../../pipeline/step.ts';
import type {LocalChanges} from '../source/local-changes.ts';

/** Makes the checked out tree what the clone's work tree is, file by file. */
export async function stageLocalChanges({host, run, signal}: StepContext, {clone, files}: LocalChanges): Promise<void> {
	// A file may stand where a folder was, or the other way around.
	for (const {path} of files.filter(({kind}) => kind === 'gone'))
		await host.files.remove(join(run.tree, path), run.tree);
	for (const {path, kind} of files) {
		signal.throwIfAborted();
		// The modes that git knows: others are of somebody's umask.
		const mode = kind === 'program' ? 0o755 : 0o644;
		if (kind !== 'gone') await stageCopy(host, join(clone, path), join(run.tree, path), {mode, within: run.tree});
	}
}
