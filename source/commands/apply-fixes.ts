import {FixableError} from '../errors.ts';
import type {Host} from '../host/host.ts';
import type {CheckResult} from '../pipeline/events.ts';
import type {Invocation} from './invocation.ts';

type Fix = readonly string[];

const aptInstall = ['apt-get', 'install', '-y'];

/** The commands that would fix what failed or warned: all packages in one, everything else as the checks say. */
export const fixesOf = (results: readonly CheckResult[]): Fix[] => {
	const fixes = results
		.filter(({verdict}) => verdict === 'fail' || verdict === 'warn')
		.flatMap(({fix}) => (fix ? [withoutSudo(fix)] : []));
	const packages = new Set(
		fixes.filter(isInstall).flatMap(fix => fix.slice(1).filter(word => word !== 'install' && !word.startsWith('-'))),
	);
	const others = fixes.filter(fix => !isInstall(fix));
	const unique = others.filter(
		(fix, index) => others.findIndex(other => other.join('\0') === fix.join('\0')) === index,
	);
	return [
		...(packages.size > 0
			? [
					['apt-get', 'update'],
					[...aptInstall, '--no-install-recommends', ...[...packages].sort()],
				]
			: []),
		...unique,
	];
};

/** A fix as it will be run: with sudo where the person isn't root. apt must not stop at a question of a package. */
export const commandOf = (fix: Fix, host: Host): Fix => {
	const quiet = fix[0] === 'apt-get' ? ['env', 'DEBIAN_FRONTEND=noninteractive', ...fix] : fix;
	return host.machine.user.uid === 0 ? quiet : ['sudo', ...quiet];
};

export const formatCommand = (fix: Fix, host: Host) => commandOf(fix, host).join(' ');

/**
 * Runs fixes that were agreed to. On a terminal they have it for themselves, so that sudo can ask for a password; without
 * one their output goes to standard error, and sudo must not need one.
 * @throws {FixableError} when sudo is needed and missing; {ToolError} when one fails.
 */
export const applyFixes = async (
	{host, stdin, stderr}: Pick<Invocation, 'host' | 'stdin' | 'stderr'>,
	fixes: readonly Fix[],
) => {
	for (const fix of fixes) {
		const [program = '', ...args] = commandOf(fix, host);
		if (program === 'sudo' && !(await host.which('sudo'))) {
			throw new FixableError('no-sudo', 'Installing packages needs root, and sudo is not installed', {
				hint: `As root, run: ${fix.join(' ')}`,
				exit: 'host',
			});
		}
		const what = `Fixing (${fix.join(' ')})`;
		if (stdin.isTTY) await host.runOnTerminal({program, args, what});
		else {
			const unattended = program === 'sudo' ? ['-n', ...args] : args;
			await host.run({program, args: unattended, what, onLines: text => stderr.write(`${text}\n`)});
		}
	}
};

// Checks may say how a person would type it; who needs sudo is decided when it is run.
const withoutSudo = (fix: Fix): Fix => (fix[0] === 'sudo' ? fix.slice(1) : fix);

const isInstall = (fix: Fix) => fix[0] === 'apt-get' && fix.includes('install');
