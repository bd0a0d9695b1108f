import {mkdirSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {dirname, join} from 'node:path';
import {onTestFinished} from 'vitest';
import type {MachineFacts} from '../../source/settings/field-types.ts';
import {preloading} from './preload.ts';
import {temporaryFolder} from './temporary-folder.ts';

/** What a build there goes by. */
export const machineFacts: MachineFacts = {osId: 'debian', osVersion: '12', arch: 'amd64'};

/** When it is on that machine. */
export const machineTime = Date.UTC(2026, 10, 23, 9, 30);

/**
 * A machine that looks the same wherever a test runs: Debian 12 with 8 processors and 81 GB free, Docker missing, every
 * registry asking for a login; its user works in `~/edge`.
 * @param logins Registries that the user is logged in to.
 */
export const sameMachine = async ({logins}: {logins: readonly string[]}) => {
	const home = temporaryFolder();
	const [cwd, programs] = [join(home, 'edge'), join(home, 'programs')];
	for (const folder of [cwd, programs, join(home, '.docker')]) mkdirSync(folder);
	const auths = Object.fromEntries(logins.map(name => [name, {auth: 'YWRhOnNlY3JldA=='}]));
	writeFileSync(join(home, '.docker/config.json'), JSON.stringify({auths}));
	// What the launcher needs; all else is missing.
	for (const program of ['readlink', 'uname']) symlinkSync(join('/usr/bin', program), join(programs, program));
	const system = join(home, 'system');
	for (const [path, text] of Object.entries(systemFiles)) {
		mkdirSync(dirname(join(system, path)), {recursive: true});
		writeFileSync(join(system, path), text);
	}
	const registry = createServer((_, response) => response.writeHead(401).end());
	await new Promise<void>(resolve => registry.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => void registry.close());
	const {port} = registry.address() as AddressInfo;
	const env = {
		PATH: programs,
		HOME: home,
		TZ: 'UTC',
		COLORTERM: 'truecolor',
		EDGE_BUILDER_BACKGROUND: 'dark',
		DOCKER_HOST: 'unix:///nowhere/docker.sock',
		XDG_RUNTIME_DIR: home,
		...preloading(home, machineCode(system, port)),
	};
	return {cwd, env};
};

const systemFiles = {
	'/etc/os-release': 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nPRETTY_NAME="Debian GNU/Linux 12"\n',
	'/etc/subuid': 'ada:100000:65536\n',
	'/proc/self/mountinfo': '1 0 8:1 / / rw - ext4 /dev/sda1 rw\n',
	'/proc/meminfo': 'MemAvailable:   12000000 kB\n',
};

const machineCode = (system: string, registryPort: number) => `
	const os = require('node:os'), http = require('node:http'), https = require('node:https');
	const fs = require('node:fs/promises');
	const offset = ${machineTime} - Date.now(), RealDate = Date;
	globalThis.Date = class extends RealDate {
		constructor(...given) { if (given.length === 0) super(RealDate.now() + offset); else super(...given); }
		static now() { return RealDate.now() + offset; }
	};
	Object.defineProperty(process, 'arch', {value: 'x64'});
	os.availableParallelism = () => 8;
	os.totalmem = () => 16e9;
	os.freemem = () => 12e9;
	os.userInfo = () => ({uid: 1000, gid: 1000, username: 'ada', homedir: process.env.HOME, shell: '/bin/sh'});
	fs.statfs = async () => ({bavail: 81e9 / 4096, blocks: 250e9 / 4096, bsize: 4096, ffree: 1e7});
	// The system's own files are those of that machine; programs are only where its PATH says.
	const systems = /^\\/(etc|proc|sys|sbin|usr\\/sbin|usr\\/share)\\/|^\\/dev\\/kvm$/;
	for (const name of ['access', 'open', 'readFile', 'readdir', 'stat', 'lstat', 'readlink']) {
		const real = fs[name];
		fs[name] = (path, ...more) => real(systems.test(path) ? '${system}' + path : path, ...more);
	}
	const {lstat} = fs;
	// File systems count blocks in their own way; here a file takes what it holds.
	fs.lstat = async (path, options) => {
		const info = await lstat(path, options);
		return Object.assign(info, {blocks: info.isFile() ? Math.ceil(info.size / 512) : 0});
	};
	https.request = (url, options, listener) =>
		http.request(new URL('http://127.0.0.1:${registryPort}/v2/'), {...options, agent: false}, listener);
`;

/** A file of that size that takes no disk. */
export const leaveFile = (path: string, bytes: number): void => {
	writeFileSync(path, '');
	truncateSync(path, bytes);
};
