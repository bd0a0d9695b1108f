import {execFileSync} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
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

/** A git repository that looks like CanvOS as far as it matters, with releases to add, and who looks at it. */
export const fakeCanvos = async (more: Partial<Settings> = {}) => {
	const root = temporaryFolder();
	const clone = join(root, 'CanvOS');
	const env = gitEnvironment(root);
	const git = (...args: string[]) => execFileSync('git', ['-C', clone, ...args], {env, encoding: 'utf8'}).trim();
	const write = (path: string, text: string, mode = 0o644) => {
		mkdirSync(dirname(join(clone, path)), {recursive: true});
		writeFileSync(join(clone, path), text, {mode});
	};
	/** Commits what is written, and everything a release has. */
	const commit = (message: string, {peVersion = 'v4.8.10', kubeadm = ['1.34.2']} = {}) => {
		write('Earthfile', earthfile(peVersion));
		write('k8s_version.json', JSON.stringify({kubeadm, k3s: ['1.33.1']}));
		git('add', '--all');
		git('commit', '--quiet', '--allow-empty', '--message', message);
		return git('rev-parse', 'HEAD');
	};
	mkdirSync(clone);
	git('init', '--quiet', '--initial-branch=main');
	write('Dockerfile', dockerfile);
	write('earthly.sh', '#!/bin/sh\n', 0o755);
	write('.earthlyignore', 'local/\nbuild/*');
	write('overlay/files/etc/motd', 'upstream\n');
	commit('First');
	git('tag', 'v4.8.10');
	const workspace = workspaceAt(join(root, 'workspace'));
	mkdirSync(workspace.root);
	const host: Host = await createHost({env});
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
