import {execFileSync} from 'node:child_process';
import {mkdirSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';

// As CanvOS writes it.
const fragmentAnchor = '########################### Add any other image customizations here #######################';

/** Environment in which git knows nothing of whoever runs the tests. */
export const gitEnvironment = (home: string) => ({
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

iso-image:
    FROM +base-image
    COPY overlay/files/ /
    RUN rm -f /etc/ssh/ssh_host_* /etc/ssh/moduli
    SAVE IMAGE palette-installer-image:$IMAGE_TAG

OS_RELEASE:
    FUNCTION
    RUN true
`;

export const gitIn = (clone: string) => {
	const env = gitEnvironment(dirname(clone));
	return (...args: string[]) => execFileSync('git', ['-C', clone, ...args], {env, encoding: 'utf8'}).trim();
};

export const writeRelease = (clone: string, {peVersion = 'v4.8.10', kubeadm = ['1.34.2']} = {}) => {
	writeFileSync(join(clone, 'Earthfile'), earthfile(peVersion));
	writeFileSync(join(clone, 'k8s_version.json'), JSON.stringify({kubeadm, k3s: ['1.33.1']}));
};

/** Makes a git repository that looks like CanvOS as far as it matters, with one release and what else that shall have. */
export const makeCanvos = (folder: string, more: (clone: string) => void = () => undefined) => {
	const clone = join(folder, 'CanvOS');
	const git = gitIn(clone);
	mkdirSync(join(clone, 'overlay/files/etc'), {recursive: true});
	git('init', '--quiet', '--initial-branch=main', '--template=');
	writeFileSync(join(clone, 'Dockerfile'), dockerfile);
	writeFileSync(join(clone, 'earthly.sh'), '#!/bin/sh\n', {mode: 0o755});
	writeFileSync(join(clone, '.earthlyignore'), 'local/\nbuild/*');
	writeFileSync(join(clone, 'overlay/files/etc/motd'), 'upstream\n');
	writeRelease(clone);
	more(clone);
	git('add', '--all');
	git('commit', '--quiet', '--message', 'First');
	git('tag', 'v4.8.10');
	return clone;
};
