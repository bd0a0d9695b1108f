import {describe, expect, test} from 'vitest';
import {checkApiVersion} from '../../../../../source/builders/canvos/earthly/runners/client-api-check.ts';
import {workspaceAt} from '../../../../../source/pipeline/workspace.ts';
import type {Settings} from '../../../../../source/settings/settings.ts';
import {fakeHost} from '../../../../helpers/fake-host.ts';
import {canvosSettings} from '../../canvos-settings.ts';

describe('the Docker client in Earthly’s image', () => {
	/** @param client What the client in the image says; undefined where the image isn't here. */
	const check = async (
		version: string,
		{least = '1.44', client, settings = {}}: {least?: string; client?: string; settings?: Partial<Settings>} = {},
	) => {
		const host = fakeHost({
			run: ({args}) =>
				args[0] === 'version' ? {stdout: `${least}\n`} : {exitCode: 1, stdout: client ? `${client}\n` : ''},
		});
		const c = {
			host,
			settings: canvosSettings(settings),
			workspace: workspaceAt('/nowhere'),
			build: true,
			smokeTest: false,
		};
		return {checks: await checkApiVersion(c, {ServerVersion: version}), commands: host.commands};
	};

	test('is asked only where Docker may refuse it, without network and without a download', async () => {
		expect(await check('28.5.1')).toEqual({checks: [], commands: []});
		expect((await check('29.0.0', {settings: {runner: 'native'}})).commands).toEqual([]);
		const [, run] = (await check('29.0.0', {client: '1.44'})).commands;
		expect(run?.args.join(' ')).toMatch(
			/^run --rm --pull never --network none --entrypoint docker \S+\/earthly:v0\.8\.15 version/,
		);
	});

	test('passes where it is new enough, and fails with the line that lets it in', async () => {
		expect((await check('29.0.4', {client: '1.44'})).checks).toMatchObject([{verdict: 'pass'}]);
		expect((await check('29.0.4', {client: '1.42'})).checks).toMatchObject([
			{
				verdict: 'fail',
				detail: 'it speaks API 1.42, Docker wants 1.44 or newer',
				hint: expect.stringContaining('"min-api-version": "1.42"'),
			},
		]);
	});

	test('is not known before the image is here, which is a warning unless Docker takes old ones', async () => {
		expect((await check('29.0.4')).checks).toMatchObject([{verdict: 'warn'}]);
		expect((await check('29.0.4', {least: '1.24'})).checks).toMatchObject([{verdict: 'pass'}]);
	});
});
