import {expect, test} from 'vitest';
import {createTextRedactor} from '../../source/reporters/redaction.ts';
import {argumentLayer, environmentLayer, flagLayer} from '../../source/settings/layer-sources.ts';
import {givenSecrets} from '../../source/settings/secrets.ts';

const token = 'C1sEcReTtOkEn29';

test.each([
	['a flag', [flagLayer({ubuntuProKey: token})]],
	['an argument', [argumentLayer([`UBUNTU_PRO_KEY=${token}`])]],
	['the environment', [environmentLayer({UBUNTU_PRO_KEY: token})]],
])('a secret given by %s is known before it is judged', (_, layers) => {
	expect(givenSecrets(layers)).toEqual([token]);
});

test('the command line that others are shown, and find in the lock file, has no secret in it', () => {
	const words = [
		'build',
		`UBUNTU_PRO_KEY=${token}`,
		'--https-proxy',
		'http://me:pass@proxy:3128',
		'K8S_VERSION=1.34.2',
	];
	const redact = createTextRedactor(givenSecrets([argumentLayer(words.filter(word => /^[A-Z]/.test(word)))]));
	expect(redact(words.join(' '))).toBe(
		'build UBUNTU_PRO_KEY=*** --https-proxy http://***@proxy:3128 K8S_VERSION=1.34.2',
	);
});
