import tls from 'node:tls';
import {FixableError} from '../errors.ts';
import type {Files} from './files.ts';

/**
 * The certificate authorities to trust: those that Node trusts by default and those of `caFile` (an absolute path).
 * Undefined, which means the defaults, when `caFile` is empty.
 * @throws {FixableError} when there is no certificate in it.
 */
export async function trustedCertificates(files: Files, caFile: string): Promise<string[] | undefined> {
	if (caFile === '') return undefined;
	const pem = await files.readText(caFile);
	if (!pem?.includes('-----BEGIN CERTIFICATE-----')) {
		throw new FixableError('ca-file', `${caFile} ${pem === undefined ? 'does not exist' : 'holds no certificate'}`, {
			hint: 'CA_FILE names a PEM file with the certificates of your own certificate authority.',
			exit: 'usage',
		});
	}
	// Given to TLS, a list stands in the place of the defaults.
	return [...tls.getCACertificates('default'), pem];
}
