import {expect, test} from 'vitest';
import {didYouMean, nearestLines} from '../../source/text/similarity.ts';

test.each([
	['biuld', 'build'],
	['K8S_VERSON', 'k8s-version'],
	['lst', 'list'],
	['nothing-like-it', undefined],
	['', undefined],
	['rke', 'rke2'],
	['abc', undefined],
])('by %o somebody meant %o', (word, meant) => {
	expect(didYouMean(word, ['build', 'k8s-version', 'list', 'rke2'])).toBe(meant);
});

test('nothing is near where nothing is known', () => {
	expect(didYouMean('build', [])).toBeUndefined();
});

test('the nearest lines come best first, with their places, and at most three', () => {
	const lines = ['FROM base', 'ARG VERSION=1', 'ARG VERSION=2', '', 'RUN make all', 'ARG VERSIONS=1', 'ARG VERSION'];
	expect(nearestLines('ARG VERSION=2', lines)).toEqual([
		{line: 'ARG VERSION=2', index: 2},
		{line: 'ARG VERSION=1', index: 1},
		{line: 'ARG VERSIONS=1', index: 5},
	]);
	expect(nearestLines('COPY --from=x y z', lines)).toEqual([]);
});
