import {cpSync, mkdirSync, mkdtempSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {inject} from 'vitest';
import type {Host} from '../../../source/host/host.ts';
import {createHost} from '../../../source/host/real-host.ts';
import {workspaceAt} from '../../../source/pipeline/workspace.ts';
import type {Settings} from '../../../source/settings/settings.ts';
import {temporaryFolder} from '../../helpers/temporary-folder.ts';
import {gitEnvironment, gitIn, makeCanvos, writeRelease} from './canvos-repository.ts';
import {canvosSettings} from './canvos-settings.ts';

// The same for all tests, so a process makes it once.
let template: string | undefined;

/** A git repository that looks like CanvOS as far as it matters, with one release, and somebody who looks at it. */
export const fakeCanvos = async (more: Partial<Settings> = {}) => {
	template ??= dirname(makeCanvos(mkdtempSync(join(inject('runFolder'), 'canvos-'))));
	const root = temporaryFolder();
	cpSync(template, root, {recursive: true, preserveTimestamps: true});
	const clone = join(root, 'CanvOS');
	const git = gitIn(clone);
	const write = (path: string, text: string) => writeFileSync(join(clone, path), text);
	/** Commits what is written, and everything a release has. */
	const commit = (message: string, release: Parameters<typeof writeRelease>[1] = {}) => {
		writeRelease(clone, release);
		git('add', '--all');
		git('commit', '--quiet', '--allow-empty', '--message', message);
		return git('rev-parse', 'HEAD');
	};
	const workspace = workspaceAt(join(root, 'workspace'));
	mkdirSync(workspace.root);
	const host: Host = await createHost({env: gitEnvironment(root)});
	const settings = canvosSettings({
		canvosSource: clone,
		canvosRef: 'v4.8.10',
		peVersion: 'v4.8.10',
		edgeAppliance: false,
		...more,
	});
	return {root, clone, git, write, commit, c: {host, workspace, settings, signal: new AbortController().signal}};
};

/** How a clone of somebody's looks from outside: files, branch, references. Equal texts, nothing was touched. */
export const stateOf = ({git}: {git(...args: string[]): string}) =>
	[git('status', '--porcelain', '--ignored'), git('rev-parse', 'HEAD'), git('for-each-ref'), git('reflog')].join(
		'\n---\n',
	);
