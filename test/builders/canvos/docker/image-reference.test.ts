import {expect, test} from 'vitest';
import {parseReference, registryAddress} from '../../../../source/builders/canvos/docker/image-reference.ts';
import {publicRegistryNotice} from '../../../../source/builders/canvos/docker/public-registry.ts';

test.each([
	[
		'ttl.sh/ubuntu:kubeadm-1.34.2-v4.8.10-demo',
		{registry: 'ttl.sh', repository: 'ubuntu', tag: 'kubeadm-1.34.2-v4.8.10-demo'},
	],
	['localhost:5000/a/b:1', {registry: 'localhost:5000', repository: 'a/b', tag: '1'}],
	['localhost:5000/a/b', {registry: 'localhost:5000', repository: 'a/b', tag: 'latest'}],
	['edge/ubuntu:1', {registry: 'docker.io', repository: 'edge/ubuntu', tag: '1'}],
	['registry.example.com/edge/ubuntu:1', {registry: 'registry.example.com', repository: 'edge/ubuntu', tag: '1'}],
])('%s is taken apart', (reference, parts) => {
	expect(parseReference(reference)).toEqual(parts);
});

test('plain HTTP is for registries of this machine only', () => {
	expect(
		['localhost', 'localhost:5000', '127.0.0.1:5000', '[::1]:5000']
			.map(registryAddress)
			.every(url => url.startsWith('http://')),
	).toBe(true);
	expect(
		['ttl.sh', '127.0.0.1.example.com', 'localhost.example.com', '10.0.0.1:5000']
			.map(registryAddress)
			.every(url => url.startsWith('https://')),
	).toBe(true);
});

test('a push to ttl.sh says that it is public and when it expires', () => {
	expect(publicRegistryNotice('ttl.sh/ubuntu:demo')).toMatchObject({
		expires: '24 hours',
		question: expect.stringMatching(/public/),
	});
	expect(publicRegistryNotice('ttl.sh/ubuntu:1h')?.expires).toBe('1 hour');
	expect(publicRegistryNotice('ttl.sh/ubuntu:30m')?.expires).toBe('30 minutes');
	expect(publicRegistryNotice('ttl.sh/ubuntu:7d')?.expires).toBe('24 hours');
	expect(publicRegistryNotice('registry.example.com/ubuntu:1h')).toBeUndefined();
});
