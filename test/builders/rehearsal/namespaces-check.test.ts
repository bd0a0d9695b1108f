import {expect, test} from 'vitest';
import {freeRange} from '../../../source/builders/rehearsal/namespaces-check.ts';

// `doctor --fix` always gave 100000-165535, which the first user of a machine has already.
test('subordinate ids are a range that nobody has, in neither file', () => {
	expect(freeRange('', '')).toBe('100000-165535');
	expect(freeRange('ada:100000:65536\n', 'ada:100000:65536\nben:165536:65536\n')).toBe('231072-296607');
	expect(freeRange('# none\nodd line\n')).toBe('100000-165535');
});
