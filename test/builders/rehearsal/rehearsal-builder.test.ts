import {expect, test} from 'vitest';
import {resolve} from '../../../source/builders/rehearsal/rehearsal-builder.ts';
import type {Settings} from '../../../source/settings/settings.ts';

const settings = (changes: Partial<Settings> = {}) =>
	({canvosRef: 'v4.8.10', peVersion: '', docaSource: 'repository', ...changes}) as Settings;

test('PE_VERSION is the chosen release where it is one, and v0.0.0 where it is a branch', async () => {
	expect((await resolve(settings())).peVersion).toBe('v4.8.10');
	expect((await resolve(settings({canvosRef: 'main'}))).peVersion).toBe('v0.0.0');
	expect((await resolve(settings({peVersion: 'v4.9.0'}))).peVersion).toBe('v4.9.0');
});

test('stand-ins only exist as a package, so DOCA never comes from NVIDIA’s repository', async () => {
	expect((await resolve(settings())).docaSource).toBe('deb');
});
