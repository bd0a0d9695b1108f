import {defineConfig} from 'vitest/config';

export default defineConfig({
	test: {
		include: ['test/system/**/*.test.ts'],
		testTimeout: 900_000,
		hookTimeout: 300_000,
		// They share container storage, QEMU and two cores.
		fileParallelism: false,
		reporters: ['default'],
	},
});
