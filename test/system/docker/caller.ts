import {execFileSync} from 'node:child_process';
import {
	appendFileSync,
	chownSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	statSync,
	writeFileSync,
} from 'node:fs';
import {join, resolve} from 'node:path';
import {parseEvents} from '../../../source/pipeline/replay.ts';
import {makeCanvos} from '../../builders/canvos/canvos-repository.ts';
import {launcher} from '../../helpers/launcher.ts';
import {runProgram} from '../../helpers/run-program.ts';
import {startUnattended} from '../../helpers/start-unattended.ts';
import type {TestDaemon} from './daemon.ts';
import {earthlyImage, imagesAt} from './stand-in.ts';

/** Who runs the program: not root, so that ownership means something. */
export const callerId = 1000;

const root = resolve(import.meta.dirname, '../../..');

/** A person without root's rights, with a fork of CanvOS, who may use the tests' Docker daemon. */
export const makeCaller = (daemon: TestDaemon) => {
	const own = (path: string) => {
		mkdirSync(path, {recursive: true});
		chownSync(path, callerId, callerId);
		return path;
	};
	const home = own(join(daemon.folder, 'home'));
	const workspaces = own(join(daemon.folder, 'workspaces'));
	// The tests' own folder may be one that only root can enter.
	const program = join(daemon.folder, 'program');
	mkdirSync(program);
	execFileSync('mount', ['--bind', root, program]);
	const clone = makeFork(home);

	const command = [
		...['setpriv', `--reuid=${callerId}`, `--regid=${callerId}`, `--groups=${statSync(daemon.socket).gid}`],
		join(program, launcher.slice(root.length)),
	];
	const {DOCKER_HOST = '', DOCKER_CONFIG = ''} = daemon.env;
	const settings: Record<string, string> = {
		BUILDER: 'canvos',
		CANVOS_SOURCE: clone,
		EDGE_APPLIANCE: 'false',
		SPECTRO_PUB_REPO: imagesAt,
		IMAGE_REGISTRY: 'localhost',
		ISO_NAME: 'installer',
		CUSTOM_TAG: 'fine',
		ACCELERATOR: 'tcg',
	};

	/** A workspace of the caller's. */
	const newWorkspace = (more: Record<string, string> = {}, env: Record<string, string> = {}) => {
		const cwd = own(mkdtempSync(join(workspaces, 'workspace-')));
		const where = {cwd, command, env: {HOME: home, DOCKER_HOST, DOCKER_CONFIG, ...env}, timeoutMs: 120_000};
		const wordsOf = (changes: Record<string, string>) =>
			Object.entries({...settings, ...more, ...changes}).map(([name, value]) => `${name}=${value}`);
		const run = (args: readonly string[], changes: Record<string, string> = {}) =>
			runProgram([...args, ...wordsOf(changes)], where);
		const build = ['build', '--yes', '--plain', '--no-smoke-test'];
		const runs = join(cwd, 'build/runs');
		const lastRun = () => (existsSync(runs) ? (readdirSync(runs).sort().at(-1) ?? '') : '');
		const events = () => parseEvents(readFileSync(join(cwd, 'build/runs', lastRun(), 'events.ndjson'), 'utf8'));
		return {
			cwd,
			home,
			run,
			build: (args: readonly string[] = [], changes: Record<string, string> = {}) => run([...build, ...args], changes),
			/** Only the image: one call of Earthly instead of two. */
			start: (changes: Record<string, string> = {}) =>
				startUnattended([...build, '--only', 'provider-image', ...wordsOf(changes)], where),
			at: (...path: string[]) => join(cwd, 'build', ...path),
			lastRun,
			events,
			log: (...path: string[]) => readFileSync(join(cwd, 'build/runs', lastRun(), 'logs', ...path), 'utf8'),
			temporary: () => join(cwd, 'build/state/temporary', lastRun()),
			/** Containers that carry the mark of the last run. */
			containers: () => daemon.labelled(`edge-builder.run=${lastRun()}`),
		};
	};
	return {clone, newWorkspace, home};
};

export type CanvosWorkspace = ReturnType<ReturnType<typeof makeCaller>['newWorkspace']>;

/** CanvOS as the caller has forked it, with a script that does what upstream's does. */
const makeFork = (home: string) => {
	const clone = makeCanvos(home, clone => {
		writeFileSync(join(clone, 'earthly.sh'), upstreamLike);
		appendFileSync(join(clone, 'Earthfile'), ownTarget);
	});
	execFileSync('chown', ['--recursive', `${callerId}:${callerId}`, clone]);
	return clone;
};

// A fork may use the tag for more than names; then `.arg` has the real one, which tells the stand-in what to do.
const ownTarget = `
own-target:
    FROM +base-image
    RUN echo $CUSTOM_TAG
`;

/** What CanvOS's script does, as far as Docker sees it: no cache, no label, a random name, root; then it untags the image. */
const upstreamLike = `#!/bin/sh
stream=$(sed -n 's/^EARTHLY_LOGSTREAM_DEBUG_FILE=//p' .env)
docker run --rm --privileged -v "\${DOCKER_HOST#unix://}":/var/run/docker.sock -v "$(pwd)":/workspace ${earthlyImage} --allow-privileged --logstream-debug-file "$stream" "$@" || exit 1
docker tag ${earthlyImage} kept-for-the-tests:1
docker rmi ${earthlyImage} >/dev/null
docker tag kept-for-the-tests:1 ${earthlyImage}
docker rmi kept-for-the-tests:1 >/dev/null
`;
