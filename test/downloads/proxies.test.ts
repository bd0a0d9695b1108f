import {describe, expect, test} from 'vitest';
import {download} from '../firmware/shipped.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {serving, sha256Of} from './attempt.ts';
import {bytesOf} from './faulty-server.ts';
import {startProxy} from './proxy-server.ts';

const content = bytesOf(1_500_000);
const pinned = {BFB_SHA256: sha256Of(content)};

describe('a proxy', {timeout: 60_000}, () => {
	// Symptom: half a minute of silence, then "failed (ERR_PROXY_TUNNEL)" about the server. Cause: what the proxy answered to
	// CONNECT was in an error whose cause nobody looked at.
	test.each([
		[403, 'does not allow it (403)'],
		[407, 'wants a user name and password (407)'],
		[502, 'cannot reach it (502)'],
	])('that answers %d to CONNECT is named with that answer, at once', async (status, words) => {
		const proxy = await startProxy({refusesTunnels: status});
		const settings = {...pinned, BFB_URL: 'https://firmware.test/x.bfb'};
		const {exitCode, printed} = await download(temporaryFolder(), settings, {env: {HTTPS_PROXY: proxy.url}});
		expect(exitCode).toBe(4);
		expect(printed).toContain(`firmware.test: the proxy ${new URL(proxy.url).host} ${words}`);
		expect(proxy.asked.filter(line => line.includes('firmware.test'))).toHaveLength(1);
	});

	// Symptom: "firmware.test: nothing answers there" of a server that was never asked.
	test('that is closed is blamed itself', async () => {
		const settings = {...pinned, BFB_URL: 'http://firmware.test/x.bfb'};
		const {exitCode, printed} = await download(temporaryFolder(), settings, {env: {HTTP_PROXY: 'http://127.0.0.1:2'}});
		expect(exitCode).toBe(4);
		expect(printed).toContain('firmware.test: the proxy 127.0.0.1:2: nothing answers there');
	});

	// Symptom: a mirror inside the company was asked through the proxy, which can't reach it. Cause: NO_PROXY was read by
	// Node, which knows neither networks nor domains with what is below them.
	test('is not asked for the networks of NO_PROXY, also after a redirect', async () => {
		const proxy = await startProxy();
		const inside = await serving(content, undefined, '127.0.0.2');
		const outside = await serving(content, () => ({redirectTo: inside.url}));
		const url = outside.url.replace('127.0.0.1', 'firmware.test');
		const env = {HTTP_PROXY: proxy.url, NO_PROXY: '10.0.0.0/8,127.0.0.2/31'};
		const {exitCode, printed, file} = await download(temporaryFolder(), {...pinned, BFB_URL: url}, {env});
		expect(printed).not.toContain('nothing answers');
		expect(exitCode).toBe(0);
		expect(file?.equals(content)).toBe(true);
		expect(proxy.asked.filter(line => !line.includes('firmware.test') && !line.includes('mellanox'))).toEqual([]);
	});
});
