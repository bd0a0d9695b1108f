import {defineConfig} from 'vitest/config';
import {BaseSequencer, type TestSpecification} from 'vitest/node';

const path = (name: string) => `test/system/${name}.test.ts`;

// They have what they look at to themselves: machines, clones, workspaces, namespaces. The longest come first.
const ofTheirOwn = [
	'bare-debian-13',
	'bare-debian-12',
	'set-up',
	'boot-in-qemu',
	'kvm',
	'firmware',
	'bundle-carrying',
	'full-disk',
].map(path);

// One worker is busy with the rehearsal for long; these leave nothing that it looks for as left behind.
const besideRehearsal = [
	'rehearsal',
	'nodeprep',
	'nodeprep-interruptions',
	'set-up-again',
	'killed-preset-saves',
	'nodeprep-bash',
].map(path);

const runFolder = 'test/helpers/run-folder.ts';

class LongestFirst extends BaseSequencer {
	override async sort(files: TestSpecification[]) {
		const order = [...ofTheirOwn, ...besideRehearsal];
		const place = ({moduleId}: TestSpecification) => order.findIndex(path => moduleId.endsWith(path));
		return files.sort((a, b) => place(a) - place(b));
	}
}

export default defineConfig({
	test: {
		reporters: ['default'],
		sequence: {sequencer: LongestFirst},
		projects: [
			{
				extends: true,
				test: {
					name: 'shared',
					include: ['test/system/**/*.test.ts'],
					exclude: [...ofTheirOwn, ...besideRehearsal],
					globalSetup: runFolder,
					testTimeout: 900_000,
					hookTimeout: 300_000,
					// They share container storage, Docker and what is looked for as left behind.
					maxWorkers: 1,
					sequence: {groupOrder: 0},
				},
			},
			{
				extends: true,
				test: {
					name: 'own',
					include: ofTheirOwn,
					globalSetup: runFolder,
					testTimeout: 900_000,
					hookTimeout: 300_000,
					maxWorkers: 2,
					sequence: {groupOrder: 1},
				},
			},
			{
				extends: true,
				test: {
					name: 'rehearsal',
					include: besideRehearsal,
					globalSetup: runFolder,
					testTimeout: 900_000,
					hookTimeout: 300_000,
					maxWorkers: 2,
					sequence: {groupOrder: 3},
				},
			},
			{
				extends: true,
				test: {
					name: 'slow',
					include: ['test/**/*.slow.test.ts'],
					globalSetup: runFolder,
					testTimeout: 120_000,
					maxWorkers: 4,
					sequence: {groupOrder: 2},
				},
			},
		],
	},
});
