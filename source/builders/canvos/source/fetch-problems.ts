import {FixableError, ToolError} from '../../../errors.ts';
import {ownCommand} from '../../../own-command.ts';

type Problem = {
	code: string;
	patterns: readonly RegExp[];
	message(address: string): string;
	hint: string;
	exit: 'host' | 'usage';
};

/** What git says when it can't get at a repository, and what it means. The first that matches counts. */
const problems: readonly Problem[] = [
	{
		code: 'canvos-source-damaged',
		patterns: [
			/missing (blob|tree|commit) object/i,
			/unable to read (tree|[0-9a-f]{40})/i,
			/bad object/i,
			/remote did not send all necessary objects/i,
			/could not fetch [0-9a-f]{40} from promisor/i,
			/lazy fetching disabled/i,
		],
		message: address => `${address} lacks objects of its own history`,
		hint: 'It is damaged or a partial clone. Use a complete clone (`git clone --mirror`), or the public repository.',
		exit: 'usage',
	},
	{
		code: 'canvos-source-owner',
		patterns: [/dubious ownership/i],
		message: address => `${address} belongs to another user, and git refuses to read it`,
		hint: 'Allow it (`git config --global --add safe.directory PATH`), or run as its owner.',
		exit: 'host',
	},
	{
		code: 'canvos-source-login',
		patterns: [
			/could not read (Username|Password)/i,
			/Authentication failed/i,
			/Permission denied \(/i,
			/returned error: 40[13]/i,
			/Host key verification failed/i,
		],
		message: address => `${address} asks for a login that git does not have`,
		hint: 'Try `git ls-remote` with the same address: a credential helper or an SSH key has to answer. Nothing is asked during a build.',
		exit: 'host',
	},
	{
		code: 'canvos-source-missing',
		patterns: [
			/does not appear to be a git repository/i,
			/repository .* (not found|does not exist)/i,
			/returned error: 404/i,
			/not a git repository/i,
		],
		message: address => `${address} is not a git repository`,
		hint: 'Check CANVOS_SOURCE.',
		exit: 'usage',
	},
	{
		code: 'canvos-source-certificate',
		patterns: [/SSL certificate problem/i, /certificate verif/i, /server verification failed/i],
		message: address => `The certificate of ${address} is not trusted`,
		hint: 'Give the certificate authority with --ca-file.',
		exit: 'host',
	},
	{
		code: 'canvos-disk-full',
		patterns: [/No space left on device/i],
		message: () => 'The disk is full, so CanvOS could not be fetched',
		hint: `Free space (${ownCommand('clean')}), or choose another --workspace.`,
		exit: 'host',
	},
	{
		code: 'canvos-unreachable',
		patterns: [
			/Could not resolve/i,
			/unable to access/i,
			/Failed to connect/i,
			/Connection (timed out|refused|reset|closed)/i,
			/No route to host/i,
			/Network is unreachable/i,
			/Operation too slow/i,
			/did not end within/i,
			/early EOF/i,
			/unable to connect/i,
		],
		message: address => `${address} cannot be reached`,
		hint: 'Check the network and --https-proxy, or set CANVOS_SOURCE to a mirror or a local clone.',
		exit: 'host',
	},
];

/** A failure of git to reach `address`, in words that help. Other errors come back as they are. */
export function explainGit(error: unknown, {address, shown}: {address: string; shown: string}): unknown {
	if (!(error instanceof ToolError)) return error;
	const clean = (text: string) => text.replaceAll(address, shown);
	const lines = [...error.lastLines, error.message].map(clean);
	const problem = problems.find(({patterns}) => lines.some(line => patterns.some(pattern => pattern.test(line))));
	const said = lines.find(line => problem?.patterns.some(pattern => pattern.test(line))) ?? lines.at(-2);
	return problem
		? new FixableError(problem.code, `${problem.message(shown)}${said ? ` (${said})` : ''}`, {
				hint: problem.hint,
				exit: problem.exit,
			})
		: new FixableError('canvos-fetch-failed', `git could not read ${shown}: ${said ?? lines.at(-1)}`, {
				hint: 'Try `git ls-remote` with the same address, or set CANVOS_SOURCE to another one.',
			});
}

/** Whether an error of {@link explainGit} says that a certificate isn't trusted. */
export const isCertificateProblem = (error: unknown) =>
	error instanceof FixableError && error.code === 'canvos-source-certificate';

/** Whether an error of {@link explainGit} is about this machine, not about the repository's content. */
export const isOfThisMachine = (error: unknown) =>
	error instanceof FixableError && ['canvos-disk-full', 'canvos-source-owner'].includes(error.code);
