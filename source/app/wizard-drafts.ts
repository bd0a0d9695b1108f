import {join} from 'node:path';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import type {Host} from '../host/host.ts';
import type {Workspace} from '../pipeline/workspace.ts';
import type {AppActions, RunStart, SavedDraft} from './actions.ts';
import {findPreset} from './preset-files.ts';

// Answers to some dozen questions.
const largestDraft = 1024 * 1024;

type Drafts = Pick<AppActions, 'loadDraft' | 'saveDraft' | 'dropDraft'>;

/** Answers of a wizard that was left, kept in the workspace: written at once, readable by their owner only. */
export function wizardDrafts({workspace, host}: {workspace: Workspace; host: Host}): Drafts {
	const configName = 'wizard-draft';
	const file = join(workspace.state, `${configName}.json`);
	const isReadable = async () => {
		const info = await host.files.info(file);
		return info?.kind === 'file' && info.size <= largestDraft;
	};
	// Opened at the first use: a look at the menu leaves no file behind.
	const open = async () => {
		// The library reads at once what has the name, and would wait for a FIFO or follow a link.
		if (!(await isReadable())) await host.files.remove(file, workspace.state);
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
			if (!(await isReadable())) return undefined;
			const saved = (await open()).get('saved');
			if (saved?.preset === undefined) return saved;
			const {preset, ...withoutPreset} = saved;
			// A preset that was deleted or renamed since must not keep the answers, and with them the wizard.
			return findPreset({host, workspace}, preset).then(
				() => saved,
				() => withoutPreset,
			);
		},
		saveDraft: async (draft, preset) =>
			(await open()).set('saved', {draft, ...(preset !== undefined && {preset}), savedAt: host.now()}),
		dropDraft: async () => (await open()).clear(),
	};
}

/** Forgets the draft once a build of its answers has passed: whatever else happens, the wizard can go on from them. */
export async function dropWhenPassed<End extends {exitCode: ExitCode}>(
	{dropDraft}: Pick<Drafts, 'dropDraft'>,
	{layers}: RunStart,
	end: End,
): Promise<End> {
	if (layers !== undefined && end.exitCode === exitCodes.done) await dropDraft();
	return end;
}
