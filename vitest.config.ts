import {defineConfig} from 'vitest/config';

export default defineConfig({
	test: {
		include: ['test/**/*.test.{ts,tsx}'],
		exclude: ['test/system/**'],
		testTimeout: 20_000,
		// Everything is on loopback or in temporary folders; two workers for two cores.
		maxWorkers: 2,
	},
});
