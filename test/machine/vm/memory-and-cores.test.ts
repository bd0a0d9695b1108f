import {describe, expect, test} from 'vitest';
import {memoryAndCores} from '../../../source/machine/vm/memory-and-cores.ts';

describe('the size of a VM', () => {
	test('is what was asked for where the machine has it', () => {
		const size = memoryAndCores({memory: 4096, cores: 2}, {memoryBytes: 16 * 1024 ** 3, cpus: 8});
		expect(size).toEqual({memoryMib: 4096, cores: 2, notes: []});
	});

	test('an emulated one gets one core, without a word about it', () => {
		const size = memoryAndCores({memory: 2048, cores: 2}, {memoryBytes: 16 * 1024 ** 3, cpus: 8}, {emulated: true});
		expect(size).toEqual({memoryMib: 2048, cores: 1, notes: []});
	});

	test('is what the machine can spare, and says so', () => {
		const size = memoryAndCores({memory: 10_096, cores: 5}, {memoryBytes: 8 * 1024 ** 3, cpus: 2});
		expect(size).toMatchObject({memoryMib: 6144, cores: 2});
		expect(size.notes).toHaveLength(2);
	});
});
