import {defineConfig} from 'vitest/config';

export default defineConfig({
	test: {
		include: ['test/**/*.test.{ts,tsx}'],
		// What takes longer than a person waits for after a change is run by `npm run test:system`.
		exclude: ['test/system/**', 'test/**/*.slow.test.ts'],
		globalSetup: 'test/helpers/run-folder.ts',
		// Nothing waits for time to pass, so a limit only costs what hangs; a loaded machine needs ten times the usual.
		testTimeout: 120_000,
		// Everything is on loopback or in temporary folders; on two cores two more are busy while others wait for programs.
		maxWorkers: 4,
		// Starting a process and reading the sources anew for each file was a third of all the work.
		isolate: false,
	},
});
