/** What a failed connection means for the download. */
export type Failure =
	/** The file behind the address isn't the one we hold parts of. */
	| {kind: 'changed'; why: string}
	/** Ranges can't be relied on here; only the whole file in one stream. */
	| {kind: 'no-ranges'; why: string}
	/** `busy`: the server is there and asks for less. */
	| {kind: 'retry'; why: string; waitMs?: number; busy?: boolean}
	/** Asking this source again makes no sense. */
	| {kind: 'refused'; why: string};

/** Why a connection ended before its work was done. */
export class ConnectionProblem extends Error {
	override readonly name = 'ConnectionProblem';
	constructor(readonly failure: Failure) {
		super(failure.why);
	}
}

/**
 * What an error of a request means for the download. Only its code is used: the error itself carries the whole URL, with
 * whatever secret is in it.
 * @param proxy The proxy, as it may be shown, when the error came up before there was an answer: then it is the proxy's.
 */
export function problemOf(error: unknown, proxy?: string): unknown {
	if (error instanceof ConnectionProblem) return error;
	if (!(error instanceof Error)) return error;
	if (error.cause instanceof ConnectionProblem) return error.cause;
	// A cancel is nobody's failure.
	if (error.name === 'AbortError') return error;
	const {code = ''} = error as NodeJS.ErrnoException;
	const status = (error.cause as {statusCode?: unknown} | undefined)?.statusCode;
	if (code === 'ERR_PROXY_TUNNEL' && typeof status === 'number') return tunnelProblem(status, proxy);
	const isOfProxy = proxy !== undefined && code in reasons;
	const kind =
		code.startsWith('ERR_TLS') || certificateErrors.has(code) || (isOfProxy && code === 'ECONNREFUSED')
			? 'refused'
			: 'retry';
	const why =
		reasons[code] ??
		(certificateErrors.has(code) ? `its certificate is not trusted (${code})` : `failed (${code || error.name})`);
	return new ConnectionProblem({kind, why: isOfProxy ? `the proxy ${proxy}: ${why}` : why});
}

/** What a proxy's answer to CONNECT means. */
function tunnelProblem(status: number, proxy = '') {
	const kind = status === 429 || status === 503 ? 'retry' : 'refused';
	const why = tunnelAnswers[status] ?? 'does not lead there';
	return new ConnectionProblem({kind, why: `the proxy ${proxy} ${why} (${status})`});
}

const tunnelAnswers: Record<number, string> = {
	403: 'does not allow it',
	407: 'wants a user name and password',
	429: 'asks for less',
	502: 'cannot reach it',
	503: 'is too busy',
	504: 'got no answer from it',
};

const certificateErrors = new Set([
	'CERT_HAS_EXPIRED',
	'DEPTH_ZERO_SELF_SIGNED_CERT',
	'SELF_SIGNED_CERT_IN_CHAIN',
	'UNABLE_TO_GET_ISSUER_CERT',
	'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
	'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

const reasons: Record<string, string> = {
	ECONNREFUSED: 'nothing answers there (connection refused)',
	ECONNRESET: 'the connection was reset',
	ENOTFOUND: 'its name is not known (DNS)',
	EAI_AGAIN: 'its name could not be looked up (DNS)',
	EHOSTUNREACH: 'it cannot be reached',
	ENETUNREACH: 'this machine has no network that leads there',
	ETIMEDOUT: 'it did not answer in time',
};
