import {expect, test} from 'vitest';
import {fakeCanvos} from '../builders/canvos/fake-canvos.ts';
import {scriptedDocker} from '../builders/canvos/scripted-docker.ts';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const reference = 'localhost/ubuntu:kubeadm-1.34.2-v4.8.10-demo';
/** What an installed Earthly starts; it stays in Docker for the next build. */
const buildkit = 'docker.io/earthly/buildkitd:v0.8.15';

/** Workspaces on a machine with one Docker, in which the same image is built. */
const machine = async () => {
	const {clone} = await fakeCanvos();
	const docker = scriptedDocker(reference, {served: [buildkit]});
	const images = () => Object.fromEntries(Object.entries(docker.images()).filter(([name]) => name !== buildkit));
	const settings = [
		...['BUILDER=canvos', 'RUNNER=native', 'EDGE_APPLIANCE=false', 'IMAGE_REGISTRY=localhost'],
		...[`CANVOS_SOURCE=${clone}`, 'CANVOS_REF=v4.8.10', 'PE_VERSION=v4.8.10'],
	];
	const run = (cwd: string, ...args: string[]) => runProgram([...args, ...settings], {cwd, env: docker.env});
	return {
		images,
		async build(cwd: string, ...flags: string[]) {
			const {stdout} = await run(cwd, 'build', '--only', 'provider-image', ...flags);
			expect(stdout).toContain('✔ Provider image built');
			return images()[reference];
		},
		async imagesToClean(cwd: string) {
			const {stdout} = await run(cwd, 'clean', '--json');
			return JSON.parse(stdout).candidates.filter(({kind}: {kind: string}) => kind === 'images');
		},
		clean: (cwd: string) => run(cwd, 'clean', 'images', '--yes'),
	};
};

// Docker’s names are the whole machine’s: `clean` offered whatever image had the name.
test('clean doesn’t offer an image in Docker that another workspace built', async () => {
	const {build, clean, images, imagesToClean} = await machine();
	const [first, stranger] = [temporaryFolder(), temporaryFolder()];
	await build(first);
	expect(await imagesToClean(stranger)).toEqual([]);
	const title = expect.stringContaining(`Provider image ${reference} in the local Docker daemon`);
	expect(await imagesToClean(first)).toEqual([{kind: 'images', title, bytes: 3e9}]);
	expect((await clean(first)).exitCode).toBe(0);
	expect(images()).toEqual({});
});

// The second took the name, the first was left without its image; and `clean` in the first removed the second’s.
test('an image in Docker stays when another workspace builds one of the same name, and each cleans its own', async () => {
	const {build, clean, images, imagesToClean} = await machine();
	const [first, second] = [temporaryFolder(), temporaryFolder()];
	const ofFirst = await build(first);
	const ofSecond = await build(second);
	expect(ofSecond).not.toBe(ofFirst);
	expect(new Set(Object.values(images()))).toEqual(new Set([ofFirst, ofSecond]));
	expect(await imagesToClean(first)).toHaveLength(1);
	await clean(first);
	expect(new Set(Object.values(images()))).toEqual(new Set([ofSecond]));
	expect(images()[reference]).toBe(ofSecond);
	await clean(second);
	expect(images()).toEqual({});
});

test('an image that was replaced by a new build doesn’t stay in Docker without a name', async () => {
	const {build, images} = await machine();
	const cwd = temporaryFolder();
	const before = await build(cwd);
	const after = await build(cwd, '--fresh');
	expect(after).not.toBe(before);
	expect(new Set(Object.values(images()))).toEqual(new Set([after]));
});
