import type {Host} from '../../host/host.ts';
import type {CheckResult} from '../../pipeline/events.ts';

/** A command that mends something on this machine, as root would run it. */
export type Fix = readonly string[];

// Another apt (unattended upgrades of a machine that has just started) may be at work for minutes.
export const lockPatienceS = 600;
const aptInstall = [
	'apt-get',
	'-o',
	`DPkg::Lock::Timeout=${lockPatienceS}`,
	'install',
	'-y',
	'--no-install-recommends',
];

/** The commands that would mend what failed or warned: all packages in one, everything else as the checks say. */
export function fixesOf(results: readonly CheckResult[]): Fix[] {
	const fixes = results.filter(isWrong).flatMap(({fix}) => (fix ? [withoutSudo(fix)] : []));
	const packages = new Set(fixes.filter(isInstall).flatMap(packagesOf));
	const others = fixes.filter(fix => !isInstall(fix));
	const unique = others.filter((fix, index) => others.findIndex(other => isEqual(other, fix)) === index);
	return [
		...(packages.size > 0
			? [
					['apt-get', 'update'],
					[...aptInstall, ...[...packages].sort()],
				]
			: []),
		...unique,
	];
}

/** What the commands do, in words that follow "to": `install 13 packages`. */
export function purposeOf(fixes: readonly Fix[]): string {
	const packages = fixes.filter(isInstall).flatMap(packagesOf).length;
	const others = fixes.filter(fix => fix[0] !== 'apt-get').length;
	return [
		...(packages > 0 ? [`install ${packages === 1 ? '1 package' : `${packages} packages`}`] : []),
		...(others > 0 ? [`run ${others === 1 ? 'a command' : `${others} commands`}`] : []),
	].join(' and ');
}

/** A command as it will be run here: with sudo where the person isn't root. apt must not stop at a question of a package. */
export function commandOf(fix: Fix, host: Pick<Host, 'machine'>): Fix {
	const quiet = fix[0] === 'apt-get' ? ['env', 'DEBIAN_FRONTEND=noninteractive', ...fix] : fix;
	return host.machine.user.uid === 0 ? quiet : ['sudo', ...quiet];
}

/** The one line that root has to type instead, for copying. No word of a fix needs quotes. */
export function lineForRoot(fixes: readonly Fix[]): string {
	return fixes.map(fix => fix.join(' ')).join(' && ');
}

/** Whether a check says that something isn't as it should be. */
export function isWrong({verdict}: CheckResult): boolean {
	return verdict === 'fail' || verdict === 'warn';
}

// Checks may say how a person would type it; who needs sudo is decided when it is run.
function withoutSudo(fix: Fix): Fix {
	return fix[0] === 'sudo' ? fix.slice(1) : fix;
}

function isInstall(fix: Fix): boolean {
	return fix[0] === 'apt-get' && fix.includes('install');
}

function packagesOf(install: Fix): Fix {
	return install.slice(install.indexOf('install') + 1).filter(word => !word.startsWith('-'));
}

function isEqual(a: Fix, b: Fix): boolean {
	return a.join('\0') === b.join('\0');
}
