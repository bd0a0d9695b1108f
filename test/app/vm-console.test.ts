import {PassThrough} from 'node:stream';
import {expect, test} from 'vitest';
import type {Invocation} from '../../source/app/invocation.ts';
import {attachConsole} from '../../source/app/vm-console.ts';
import {workspaceAt} from '../../source/pipeline/workspace.ts';
import {fakeHost} from '../helpers/fake-host.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {settingsOf} from '../settings/settings-of.ts';

// The menu waited for a console that had not heard the signal, after its screens were gone.
test('a stop while a console is still being prepared ends it', async () => {
	const listeners = new Set<(signal: NodeJS.Signals) => void>();
	const host = fakeHost();
	const invocation = {
		workspace: workspaceAt(temporaryFolder()),
		env: {PATH: process.env.PATH},
		tell: () => undefined,
		stdin: new PassThrough(),
		stdout: new PassThrough().resume(),
		onInterrupt(callback: (signal: NodeJS.Signals) => void) {
			listeners.add(callback);
			return () => listeners.delete(callback);
		},
		host: {
			...host,
			files: {
				...host.files,
				async list(path: string) {
					for (const listener of listeners) listener('SIGTERM');
					return host.files.list(path);
				},
			},
		},
	} as unknown as Invocation;
	const settings = settingsOf('ACCELERATOR=tcg');
	expect(await attachConsole(invocation, settings, '/no/such.iso')).toEqual({
		message: 'Cancelled; the VM was stopped.',
	});
	expect(listeners.size).toBe(0);
});
