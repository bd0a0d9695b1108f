import {join} from 'node:path';
import type {Host} from '../host/host.ts';
import type {Workspace} from '../pipeline/workspace.ts';
import type {AppActions, SavedDraft} from '../tui/app-actions.ts';

/** Answers of a wizard that was left, kept in the workspace: written at once, readable by their owner only. */
export const wizardDrafts = ({
	workspace,
	host,
}: {
	workspace: Workspace;
	host: Host;
}): Pick<AppActions, 'loadDraft' | 'saveDraft' | 'dropDraft'> => {
	const configName = 'wizard-draft';
	// Opened at the first use: a look at the menu leaves no file behind.
	const open = async () => {
		const {default: Conf} = await import('conf');
		return new Conf<{saved?: SavedDraft}>({
			cwd: workspace.state,
			configName,
			configFileMode: 0o600,
			// A draft that can't be read is worth less than a menu that opens.
			clearInvalidConfig: true,
		});
	};
	return {
		async loadDraft() {
			// The wizard waits for this answer, and without a file it is known already.
			if (!(await host.files.exists(join(workspace.state, `${configName}.json`)))) return undefined;
			return (await open()).get('saved');
		},
		saveDraft: async (draft, preset) =>
			(await open()).set('saved', {draft, ...(preset !== undefined && {preset}), savedAt: host.now()}),
		dropDraft: async () => (await open()).clear(),
	};
};
