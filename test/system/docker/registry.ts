import {execFileSync, spawn} from 'node:child_process';
import {existsSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {onTestFinished} from 'vitest';
import {until} from '../../helpers/until.ts';

/** Debian's registry on a free loopback port; the login is pusher / push-me. */
export const startRegistry = async ({login = false} = {}) => {
	const folder = mkdtempSync(join(tmpdir(), 'edge-builder-registry-'));
	const port = await freePort();
	const auth = login ? `auth: {htpasswd: {realm: test, path: ${folder}/htpasswd}}` : '';
	writeFileSync(join(folder, 'htpasswd'), 'pusher:$2b$04$qMdjF/bhNWm/ODDze50xW.0hKjX5ZgpG4GGoU6vXnfeo2Tg9/d5B.\n');
	writeFileSync(
		join(folder, 'config.yml'),
		`version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: ${folder}/data}}\nhttp: {addr: "127.0.0.1:${port}"}\n${auth}\n`,
	);
	const server = spawn('docker-registry', ['serve', join(folder, 'config.yml')], {stdio: 'ignore'});
	onTestFinished(() => {
		server.kill();
		rmSync(folder, {recursive: true, force: true});
	});
	const address = `127.0.0.1:${port}`;
	await until(
		() =>
			fetch(`http://${address}/v2/`).then(
				({status}) => status < 500,
				() => false,
			),
		() => 'docker-registry did not start',
	);
	const repositories = join(folder, 'data/docker/registry/v2/repositories');
	return {
		address,
		has: (path: string) => existsSync(join(repositories, path)),
		/** Uploads that were begun and not ended. */
		uploads: () =>
			execFileSync(
				'sh',
				['-c', 'find "$1" -path "*_uploads/*" -name startedat 2>/dev/null || true', 'sh', repositories],
				{encoding: 'utf8'},
			)
				.split('\n')
				.filter(Boolean),
	};
};

const freePort = () =>
	new Promise<number>(resolve => {
		const server = createServer().listen(0, '127.0.0.1', () => {
			const {port} = server.address() as {port: number};
			server.close(() => resolve(port));
		});
	});
