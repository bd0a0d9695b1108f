import Conf from 'conf';
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
	// Opened at the first use: a look at the menu leaves no file behind.
	const open = () =>
		new Conf<{saved?: SavedDraft}>({
			cwd: workspace.state,
			configName: 'wizard-draft',
			configFileMode: 0o600,
			// A draft that can't be read is worth less than a menu that opens.
			clearInvalidConfig: true,
		});
	return {
		loadDraft: async () => open().get('saved'),
		saveDraft: async (draft, preset) =>
			open().set('saved', {draft, ...(preset !== undefined && {preset}), savedAt: host.now()}),
		dropDraft: async () => open().clear(),
	};
};
