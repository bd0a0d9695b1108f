import {expect, test} from 'vitest';
import {basePackages, neededDistribution} from '../../../source/builders/rehearsal/supported-distributions.ts';
import {fakeHost} from '../../helpers/fake-host.ts';

test('only an edge appliance gets kernel headers, which bring a compiler with them', () => {
	const debian = neededDistribution(fakeHost().machine.os);
	expect(basePackages(debian, 'arm64', true)).toEqual(
		expect.arrayContaining(['linux-image-cloud-arm64', 'linux-headers-cloud-arm64', 'dracut-live']),
	);
	expect(basePackages(debian, 'amd64', false).filter(name => name.startsWith('linux-'))).toEqual([
		'linux-image-cloud-amd64',
	]);
});

test('a machine that is neither Debian nor Ubuntu is told so', () => {
	expect(() => neededDistribution({...fakeHost().machine.os, id: 'fedora', name: 'Fedora 42'})).toThrow(
		'A rehearsal needs Debian or Ubuntu, and this is Fedora 42',
	);
});
