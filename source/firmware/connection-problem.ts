import type {Judgement} from './answers.ts';

/** Why a connection ended before its work was done. */
export class ConnectionProblem extends Error {
	override readonly name = 'ConnectionProblem';
	constructor(readonly judgement: Exclude<Judgement, {kind: 'body'}>) {
		super(judgement.why);
	}
}

/**
 * What an error of a request means for the download. Only its code is used: the error itself carries the whole URL, with
 * whatever secret is in it.
 */
export const problemOf = (error: unknown): unknown => {
	if (error instanceof ConnectionProblem) return error;
	if (!(error instanceof Error)) return error;
	if (error.cause instanceof ConnectionProblem) return error.cause;
	const {code = ''} = error as NodeJS.ErrnoException;
	const kind = code.startsWith('ERR_TLS') || certificateErrors.has(code) ? 'refused' : 'retry';
	const why =
		failures[code] ??
		(certificateErrors.has(code) ? `its certificate is not trusted (${code})` : `failed (${code || error.name})`);
	return new ConnectionProblem({kind, why});
};

const certificateErrors = new Set([
	'CERT_HAS_EXPIRED',
	'DEPTH_ZERO_SELF_SIGNED_CERT',
	'SELF_SIGNED_CERT_IN_CHAIN',
	'UNABLE_TO_GET_ISSUER_CERT',
	'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
	'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

const failures: Record<string, string> = {
	ECONNREFUSED: 'nothing answers there (connection refused)',
	ECONNRESET: 'the connection was reset',
	ENOTFOUND: 'its name is not known (DNS)',
	EAI_AGAIN: 'its name could not be looked up (DNS)',
	EHOSTUNREACH: 'it cannot be reached',
	ENETUNREACH: 'this machine has no network that leads there',
	ETIMEDOUT: 'it did not answer in time',
};
