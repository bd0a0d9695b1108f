import {existsSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {expect, onTestFinished, test} from 'vitest';
import {sha256Of} from '../downloads/attempt.ts';
import {bfbName} from '../firmware/context.ts';
import {canMount, runOnChangedMachine} from '../helpers/changed-machine.ts';
import {fakeMachine} from '../helpers/fake-machine.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

type Check = {id: string; verdict: string; detail?: string; fix?: readonly string[]};

const bookworm = 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nPRETTY_NAME="Debian GNU/Linux 12"\n';
const mirror = 'http://127.0.0.1:1/debian';

type Changes = Parameters<typeof runOnChangedMachine>[1];

const doctor = async (content: Changes['content'], changes: Omit<Changes, 'cwd'> = {}) => {
	const {stdout} = await runOnChangedMachine(['doctor', '--json', 'BUILDER=rehearsal'], {
		cwd: temporaryFolder(),
		...changes,
		content: {'/etc/os-release': bookworm, ...content},
	});
	const {checks} = JSON.parse(stdout) as {checks: Check[]};
	return (id: string) => checks.find(check => check.id === id);
};

// A stock cloud image of Debian names its mirror by a file, and the rehearsal refused it: "no archive of Debian".
test.runIf(canMount).each([
	[
		'a list of mirrors in a file, as cloud images have it',
		{
			'sources.list.d/debian.sources':
				'Types: deb deb-src\nURIs: mirror+file:///etc/apt/mirrors/debian.list\nSuites: bookworm bookworm-updates\nComponents: main\n',
			'mirrors/debian.list': `# made by cloud-init\n${mirror}\tpriority:1\n`,
		},
		mirror,
	],
	[
		'one line with options',
		{'sources.list': `deb [ signed-by=/usr/share/keyrings/debian.gpg arch=amd64,arm64 ] ${mirror} bookworm main\n`},
		mirror,
	],
	[
		'a medium before the mirror',
		{'sources.list': `deb cdrom:[Debian 12]/ bookworm main\ndeb ${mirror} bookworm main contrib\n`},
		mirror,
	],
	[
		'a list of mirrors on the network',
		{'sources.list': 'deb mirror+http://127.0.0.1:1/list bookworm main\n'},
		'mirror+http://127.0.0.1:1/list',
	],
])('the apt sources of a machine may be %s', async (_, apt, uri) => {
	const check = await doctor({'/etc/apt': {'apt.conf.d/none': '', ...apt}});
	// That it is read, and not that it answers.
	expect(check('rehearsal-mirror')).toMatchObject({verdict: 'warn', detail: `${uri} did not answer`});
});

// `doctor --fix` always gave 100000-165535, which the first user of a machine has already.
const hasIds = ['/etc/subuid', '/etc/subgid'].every(path => existsSync(path));
test.runIf(canMount && hasIds)('the subordinate ids that doctor would give are nobody else’s', async () => {
	const check = await doctor(
		{
			'/etc/subuid': 'first:100000:65536\nsecond:165536:65536\n',
			'/etc/subgid': 'first:100000:65536\nthird:300000:65536\n',
		},
		{uid: 1000},
	);
	const {verdict, fix = []} = check('rehearsal-namespaces') ?? {};
	expect(verdict).toBe('fail');
	expect(fix.join(' ')).toMatch(/usermod --add-subuids 365536-431071 --add-subgids 365536-431071 /);
});

// Debian 13's buildah ends without netavark, which its package only recommends; Debian 12 has no such need.
test.runIf(canMount).each([
	['13', 'trixie', true],
	['12', 'bookworm', false],
])('on Debian %s (%s) doctor asks for netavark: %s', async (version, codename, asks) => {
	const check = await doctor(
		{'/etc/os-release': bookworm.replaceAll('12', version).replace('bookworm', codename)},
		{
			env: fakeMachine().env,
			prepare: '{ [ ! -e /usr/lib/podman ] || mount -t tmpfs none /usr/lib/podman; }',
		},
	);
	const {verdict, fix = []} = check('rehearsal-programs') ?? {};
	expect(verdict).toBe('fail');
	expect(fix.includes('netavark')).toBe(asks);
});

// NO_PROXY was read by Node, which took a domain for one host: mirrors below it were asked through a proxy that can't reach them.
test.runIf(canMount).each(['inside.test', '.inside.test'])(
	'a mirror below the domain %s of NO_PROXY is asked without the proxy',
	async domain => {
		const bytes = Buffer.alloc(3_000_000, 7);
		const server = createServer((_, response) => response.writeHead(200, {'content-length': bytes.length}).end(bytes));
		await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
		onTestFinished(() => void server.close());
		const {port} = server.address() as AddressInfo;
		const settings = [
			...['BUILDER=canvos', `BFB_NAME=${bfbName}`, `BFB_SHA256=${sha256Of(bytes)}`],
			`BFB_URL=http://mirror.inside.test:${port}/x.bfb`,
		];
		const {exitCode, stdout, stderr} = await runOnChangedMachine(['download', '--yes', '--only', 'bfb', ...settings], {
			cwd: temporaryFolder(),
			content: {'/etc/hosts': '127.0.0.1 localhost mirror.inside.test\n'},
			env: {HTTP_PROXY: 'http://127.0.0.1:1', HTTPS_PROXY: 'http://127.0.0.1:1', NO_PROXY: domain},
		});
		expect(`${stdout}${stderr}`).not.toContain('proxy 127.0.0.1');
		expect(exitCode).toBe(0);
	},
);
