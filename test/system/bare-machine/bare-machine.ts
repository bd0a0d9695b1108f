import {
	chownSync,
	copyFileSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {execa} from 'execa';
import {afterAll, beforeAll, onTestFinished} from 'vitest';
import {debianMirror} from '../../helpers/debian-mirror.ts';
import {startInTerminal} from '../../helpers/program.ts';

const checkout = resolve(import.meta.dirname, '../../..');
const minutes = 60_000;
const ordinaryUser = 1000;

type Way = 'chroot' | 'pivot_root';

const include = '--include=git,nodejs,npm,ca-certificates';

/** Debian's archive, which these machines are made from; without one there are none. */
export const mirror = debianMirror();

/**
 * Makes a minimal Debian with git, Node and npm once for the tests around the call.
 * @returns what gives a test a machine of that Debian as new, until the test is over.
 */
export const bareMachinesOf = (suite: string) => {
	const folder = mkdtempSync(join(tmpdir(), 'edge-builder-test-'));
	const packed = join(folder, `${suite}.tar`);
	beforeAll(async () => {
		const args = ['--variant=minbase', include, suite, packed, mirror ?? ''];
		await execa('mmdebstrap', args, {timeout: 8 * minutes});
	}, 10 * minutes);
	afterAll(() => rmSync(folder, {recursive: true, force: true}));
	return async () => {
		const machine = await makeBareMachine(packed);
		onTestFinished(machine.remove);
		return machine;
	};
};

/** That Debian with a fresh clone of this checkout for root and for an ordinary user. */
const makeBareMachine = async (packed: string) => {
	const folder = mkdtempSync(join(tmpdir(), 'edge-builder-test-'));
	const root = join(folder, 'root');
	mkdirSync(root);
	await execa('tar', ['-xpf', packed, '-C', root]);
	await execa('chroot', [root, 'useradd', '--create-home', '--uid', String(ordinaryUser), 'builder']);
	const env = await takeNetworkOfThisMachine(root);
	for (const [home, user] of [
		['root', 0],
		['home/builder', ordinaryUser],
	] as const) {
		const clone = join(root, home, 'edge-builder');
		// Links would share their owner, which the next line changes, with the clones that are made beside this one.
		await execa('git', ['clone', '--quiet', '--no-hardlinks', checkout, clone]);
		await execa('chown', ['-R', `${user}:${user}`, clone]);
	}
	const entering = (command: string, {user = 'root', way = 'pivot_root'}: {user?: 'root' | 'builder'; way?: Way}) => [
		...['--mount', '--pid', '--fork', '--kill-child', '--propagation', 'private', '--', 'sh'],
		...[join(import.meta.dirname, 'enter'), root, way, String(user === 'root' ? 0 : ordinaryUser)],
		`cd edge-builder && ${command}`,
	];
	return {
		/** Runs a line in the clone as it would be typed, to its end. */
		async run(command: string, where: {user?: 'root' | 'builder'; way?: Way} = {}, timeout = 12 * minutes) {
			const {exitCode, all} = await execa('unshare', entering(command, where), {
				env,
				extendEnv: false,
				all: true,
				stdin: 'ignore',
				reject: false,
				timeout,
			});
			return {exitCode, printed: all};
		},
		/** The same in a terminal. */
		open: (command: string, where: {user?: 'root' | 'builder'; way?: Way} = {}) =>
			startInTerminal('unshare', entering(command, where), {columns: 120, rows: 40, cwd: folder, env}),
		remove: () => rmSync(folder, {recursive: true, force: true}),
	};
};

/** Names, proxies, authorities and registry of this machine, taken when the test runs; returns the environment. */
const takeNetworkOfThisMachine = async (root: string) => {
	const copy = (path: string) => {
		if (!existsSync(path)) return;
		mkdirSync(dirname(join(root, path)), {recursive: true});
		copyFileSync(path, join(root, path));
	};
	const own = Object.entries(process.env).filter(([name]) =>
		/^(https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE)$/i.test(name),
	) as [string, string][];
	for (const path of ['/etc/resolv.conf', '/etc/hosts', '/etc/ssl/certs/ca-certificates.crt']) copy(path);
	for (const [, path] of own) if (path.startsWith('/')) copy(path);
	const {stdout: apt} = await execa('apt-config', ['dump', '--format', '%F "%v";%n']);
	const network = apt.split('\n').filter(line => /^Acquire::https?::.*"[^"]+";$/i.test(line));
	writeFileSync(join(root, 'etc/apt/apt.conf.d/99network'), `${network.join('\n')}\n`);
	const files = await Promise.all(
		['globalconfig', 'userconfig'].map(async name => (await execa('npm', ['config', 'get', name])).stdout),
	);
	const npmrc = files.filter(path => existsSync(path)).map(path => readFileSync(path, 'utf8'));
	for (const [home, user] of [
		['root', 0],
		['home/builder', ordinaryUser],
	] as const) {
		const path = join(root, home, '.npmrc');
		writeFileSync(path, npmrc.join('\n'), {mode: 0o600});
		chownSync(path, user, user);
	}
	return {
		...Object.fromEntries(own),
		PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
		LANG: 'C.UTF-8',
		TERM: 'xterm-256color',
	};
};

/** A command of the README, as it stands there without its comment. */
export const readmeLine = (pattern: RegExp): string => {
	const line = readFileSync(join(checkout, 'README.md'), 'utf8')
		.split('\n')
		.find(text => pattern.test(text));
	if (!line) throw new Error(`The README has no line ${pattern}`);
	return line.replace(/\s+#.*/, '');
};

/** Mounts of any root made here that are still there. */
export const mountsLeft = () =>
	readFileSync('/proc/self/mountinfo', 'utf8')
		.split('\n')
		.filter(line => line.includes('edge-builder-test-'));
