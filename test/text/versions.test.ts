import {expect, test} from 'vitest';
import {compareVersions} from '../../source/text/versions.ts';

test.each([
	['v4.8.10', '4.8.9', 1],
	['4.9.0-rc.2', '4.9.0-rc.10', -1],
	['4.9.0', '4.9.0-rc.1', 1],
	['1.34', '1.34.0', 0],
	['main', '4.9.0', Number.NaN],
	// As the name of a branch, which was taken for a release.
	['v4.8.x', '4.8.8', Number.NaN],
	['^4.8', '4.8.8', Number.NaN],
	['1.34.2-rc.10', '1.34.2-rc.9', 1],
	['1.33.5+k3s1', '1.33.5+rke2r2', 0],
])('%s against %s is %d', (a, b, order) => {
	expect(Math.sign(compareVersions(a, b))).toBe(order);
});
