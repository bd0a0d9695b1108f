import {expect, test} from 'vitest';
import {settingsNamedIn} from '../../source/wizard/settings-named-in.ts';

test('settings are found by their upper-case names and their flags, each once', () => {
	expect(
		settingsNamedIn([
			'Check IMAGE_REGISTRY, the network, --https-proxy and --ca-file.',
			'The login works: IMAGE_REGISTRY and IMAGE_REPO.',
			'Keep UPDATE_KERNEL=false.',
		]),
	).toEqual(['imageRegistry', 'httpsProxy', 'caFile', 'imageRepo', 'updateKernel']);
});

test('what only looks like a name is none', () => {
	expect(settingsNamedIn(['DOCA for ISO, MY_IMAGE_REGISTRY, memory, x--custom-tag, IMAGE_REGISTRYS'])).toEqual([]);
});
