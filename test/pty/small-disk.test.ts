import {mkdirSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {bfbName} from '../firmware/context.ts';
import {canMount, runOnChangedMachine} from '../helpers/changed-machine.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const megabyte = 1_000_000;

// "has 118 MB free, but 110 MB are still to come": the reserve that made it too little was not told.
test.runIf(canMount)('a disk that is too small by its reserve is told with the reserve', async () => {
	const server = createServer((_, response) => {
		response.writeHead(200, {'content-length': 110 * megabyte, etag: '"a"'});
		response.write(Buffer.alloc(megabyte));
	});
	await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
	onTestFinished(() => {
		server.close();
		server.closeAllConnections();
	});
	const {port} = server.address() as AddressInfo;
	const cwd = temporaryFolder();
	const workspace = join(cwd, 'small');
	mkdirSync(workspace);
	const settings = ['BUILDER=canvos', `BFB_NAME=${bfbName}`, `BFB_URL=http://127.0.0.1:${port}/x.bfb`];
	const {exitCode, stdout, stderr} = await runOnChangedMachine(
		['download', '--yes', '--only', 'bfb', '--workspace', workspace, ...settings],
		{
			cwd,
			prepare: `mount -t tmpfs -o size=${120 * megabyte} none '${workspace}'`,
			env: {HTTPS_PROXY: 'http://127.0.0.1:1'},
		},
	);
	expect(`${stdout}${stderr}`).toMatch(
		/has 1[12]\d MB free, but 1\d\d MB are still to come, and 17 MB have to stay free/,
	);
	expect(exitCode).toBe(4);
});
