import {execFileSync} from 'node:child_process';
import {cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterAll} from 'vitest';
import {fragmentAnchor} from '../../../source/builders/fragment.ts';
import type {Host} from '../../../source/host/host.ts';
import {createHost} from '../../../source/host/real-host.ts';
import {workspaceAt} from '../../../source/pipeline/workspace.ts';
import type {Settings} from '../../../source/settings/settings.ts';
import {temporaryFolder} from '../../helpers/temporary-folder.ts';
import {canvosSettings} from './canvos-settings.ts';

/** Environment in which git knows nothing of whoever runs the tests. */
const gitEnvironment = (home: string) => ({
	PATH: process.env.PATH,
	HOME: home,
	GIT_CONFIG_GLOBAL: '/dev/null',
	GIT_CONFIG_NOSYSTEM: '1',
	GIT_AUTHOR_NAME: 'A Tester',
	GIT_AUTHOR_EMAIL: 'tester@example.com',
	GIT_COMMITTER_NAME: 'A Tester',
	GIT_COMMITTER_EMAIL: 'tester@example.com',
});

export const dockerfile = `ARG BASE\nFROM $BASE\nARG OS_DISTRIBUTION\n\n${fragmentAnchor}\n\n# RUN apt-get install -y vim\n`;

/** An Earthfile with the anchors where CanvOS has them, P1 in two targets. */
export const earthfile = (peVersion: string) => `VERSION --arg-scope-and-set 0.6
ARG PE_VERSION=${peVersion}
ARG CUSTOM_TAG

provider-image:
    FROM +base-image

    COPY --if-exists overlay/files/etc/ /etc/
    SAVE IMAGE --push $IMAGE_PATH

# Other flows
provider-image-rootfs:
    FROM +base-image
    COPY --if-exists overlay/files/etc/ /etc/

base-image:
    FROM DOCKERFILE --build-arg BASE=$BASE_IMAGE .
    DO +OS_RELEASE --OS_VERSION=$KAIROS_VERSION
    SAVE ARTIFACT --keep-own /. rootfs

OS_RELEASE:
    FUNCTION
    RUN true
`;

const gitIn = (clone: string) => {
	const env = gitEnvironment(dirname(clone));
	return (...args: string[]) => execFileSync('git', ['-C', clone, ...args], {env, encoding: 'utf8'}).trim();
};

const writeRelease = (clone: string, {peVersion = 'v4.8.10', kubeadm = ['1.34.2']} = {}) => {
	writeFileSync(join(clone, 'Earthfile'), earthfile(peVersion));
	writeFileSync(join(clone, 'k8s_version.json'), JSON.stringify({kubeadm, k3s: ['1.33.1']}));
};

// The same for all tests of a file, so it is made once.
let template: string | undefined;
afterAll(() => template && rmSync(template, {recursive: true}));

const makeTemplate = () => {
	const folder = mkdtempSync(join(tmpdir(), 'edge-builder-test-'));
	const clone = join(folder, 'CanvOS');
	const git = gitIn(clone);
	mkdirSync(join(clone, 'overlay/files/etc'), {recursive: true});
	git('init', '--quiet', '--initial-branch=main', '--template=');
	writeFileSync(join(clone, 'Dockerfile'), dockerfile);
	writeFileSync(join(clone, 'earthly.sh'), '#!/bin/sh\n', {mode: 0o755});
	writeFileSync(join(clone, '.earthlyignore'), 'local/\nbuild/*');
	writeFileSync(join(clone, 'overlay/files/etc/motd'), 'upstream\n');
	writeRelease(clone);
	git('add', '--all');
	git('commit', '--quiet', '--message', 'First');
	git('tag', 'v4.8.10');
	return folder;
};

/** A git repository that looks like CanvOS as far as it matters, with one release, and somebody who looks at it. */
export const fakeCanvos = async (more: Partial<Settings> = {}) => {
	template ??= makeTemplate();
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
