import {createHash} from 'node:crypto';
import {cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {stageOverlay} from '../../source/builders/stage-overlay.ts';
import type {FetchedFirmware, StepContext} from '../../source/pipeline/step.ts';
import {runFolderOf, workspaceAt} from '../../source/pipeline/workspace.ts';
import {outputNames} from '../../source/settings/output-names.ts';
import type {Settings} from '../../source/settings/settings.ts';
import {fakeHost} from '../helpers/fake-host.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {settingsOf} from '../verification/facts-of-good-image.ts';

/** A workspace with fetched firmware, a copy of the overlay, and a step that stages it. */
export const staging = (change: Partial<Settings> = {}) => {
	const root = temporaryFolder();
	const overlayFolder = join(root, 'product', 'overlay');
	cpSync(join(import.meta.dirname, '../../overlay'), overlayFolder, {recursive: true});
	writeFileSync(join(root, 'product', 'package.json'), '{"version": "1.2.3"}');
	const settings = settingsOf({firmware: 'local', docaDebUrl: '', bfbUrl: '', ...change});
	const workspace = workspaceAt(join(root, 'workspace'));
	mkdirSync(workspace.redist, {recursive: true});
	const firmware = [['doca-host', settings.docaDebName] as const, ['bfb', settings.bfbName] as const].map(
		([kind, name]): FetchedFirmware => {
			const path = join(workspace.redist, name);
			writeFileSync(path, kind);
			return {kind, name, path, bytes: kind.length, sha256: createHash('sha256').update(kind).digest('hex')};
		},
	);
	const c = {
		settings,
		names: outputNames(settings),
		workspace,
		run: runFolderOf(workspace, 'run'),
		host: fakeHost(),
		signal: new AbortController().signal,
		report: {progress: () => undefined, note: () => undefined},
		results: {firmware},
	} as unknown as StepContext;
	const read = (path: string) => readFileSync(join(c.run.tree, path), 'utf8');
	return {
		c,
		overlayFolder,
		firmware,
		read,
		stage: (files: readonly FetchedFirmware[] = firmware) => stageOverlay(c, {overlayFolder, firmware: files}),
		tree: () =>
			readdirSync(c.run.tree, {recursive: true, encoding: 'utf8'})
				.filter(path => statSync(join(c.run.tree, path)).isFile())
				.sort(),
	};
};
