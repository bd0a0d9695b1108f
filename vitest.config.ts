import {defineConfig} from 'vitest/config';

export default defineConfig({
	test: {
		include: ['test/**/*.test.{ts,tsx}'],
		exclude: ['test/system/**'],
		// Nothing waits for time to pass, so a limit only costs what hangs; a loaded machine needs ten times the usual.
		testTimeout: 120_000,
		// Everything is on loopback or in temporary folders; on two cores two more are busy while others wait for programs.
		maxWorkers: 4,
	},
});
