import {expect, test} from 'vitest';
import {nameOfBase, wantedBase} from '../../../source/builders/rehearsal/base-tar.ts';
import type {Host} from '../../../source/host/host.ts';
import type {Settings} from '../../../source/settings/settings.ts';
import {fakeHost} from '../../helpers/fake-host.ts';

const settings = (changes: Partial<Settings> = {}) => ({edgeAppliance: true, ...changes}) as Settings;

const base = (at: number, changes: Partial<Settings> = {}, host: Partial<Host> = {}) =>
	wantedBase({
		settings: settings(changes),
		host: fakeHost({now: () => at, run: () => ({stdout: ''}), ...host} as Parameters<typeof fakeHost>[0]),
		signal: new AbortController().signal,
	});

const week = 7 * 24 * 60 * 60 * 1000;

test('a base image lasts for a week, and is another one for edge and standard', async () => {
	const monday = await base(10 * week);
	expect(await base(11 * week - 1)).toEqual(monday);
	expect(await base(11 * week)).toEqual({...monday, week: 11});
	const standard = await base(10 * week, {edgeAppliance: false});
	expect(standard.definition).not.toBe(monday.definition);
	expect(nameOfBase(monday)).toMatch(/^[0-9a-f]{12}-10$/);
});
