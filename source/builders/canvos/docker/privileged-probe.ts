import {randomBytes} from 'node:crypto';
import {ToolError} from '../../../errors.ts';
import type {Host} from '../../../host/host.ts';
import type {CheckResult} from '../../../pipeline/events.ts';

/** End of a tar archive: an image without any file. */
const emptyArchive = '\0'.repeat(1024);

/**
 * Whether Docker starts privileged containers, in Docker's own words. The container is made from an empty image, so
 * nothing is downloaded: that its program doesn't exist is found out after everything that could be refused.
 */
export async function checkPrivileged({host, signal}: {host: Host; signal?: AbortSignal}): Promise<CheckResult> {
	const check = {
		id: 'docker-privileged',
		title: 'Docker starts privileged containers',
		why: 'BuildKit mounts filesystems, which only a privileged container may.',
	} as const;
	const image = `edge-builder-probe:${randomBytes(6).toString('hex')}`;
	try {
		await host.run({program: 'docker', args: ['import', '-', image], input: emptyArchive, timeoutMs: 30_000, signal});
		const words = await refusal({host, signal}, image);
		return words === undefined
			? {...check, verdict: 'pass'}
			: {
					...check,
					verdict: 'fail',
					detail: words,
					hint: 'The words are Docker’s own. User-namespace remapping, rootless mode, plugins and missing kernel capabilities refuse them; --runner remote needs none here.',
				};
	} catch (error) {
		signal?.throwIfAborted();
		const detail = `it could not be tried: ${error instanceof Error ? error.message : String(error)}`;
		return {...check, verdict: 'warn', detail, hint: 'Look at the check of the Docker daemon.'};
	} finally {
		await host
			.run({program: 'docker', args: ['image', 'rm', '--force', image], exitCodes: [0, 1]})
			.catch(() => undefined);
	}
}

async function refusal({host, signal}: {host: Host; signal?: AbortSignal}, image: string): Promise<string | undefined> {
	try {
		await host.run({
			program: 'docker',
			args: ['run', '--rm', '--privileged', '--network', 'none', '--pull', 'never', image, '/no-such-program'],
			timeoutMs: 60_000,
			signal,
		});
		return undefined;
	} catch (error) {
		if (!(error instanceof ToolError)) throw error;
		const words = error.lastLines.join(' ');
		if (/no-such-program[^:]*: no such file or directory|executable file not found/.test(words)) return undefined;
		return (
			words.replace(/^docker: (?:Error response from daemon: )?/, '').replace(/\s*Run 'docker run --help'.*$/, '') ||
			error.message
		);
	}
}
