import {join, resolve} from 'node:path';
import {ownCommand} from '../own-command.ts';
import type {CheckResult} from '../pipeline/events.ts';
import type {StepContext} from '../pipeline/step.ts';
import {firmwarePathsOf} from '../pipeline/workspace.ts';
import {readLock} from './lock-file.ts';
import type {WantedFile} from './wanted-files.ts';

/**
 * Reads every wanted file again and says whether it is what the settings or the lock file say. Changes nothing, never
 * throws at the person.
 */
export async function verifyFirmware(
	c: Pick<StepContext, 'workspace' | 'host' | 'report' | 'signal'>,
	wanted: readonly WantedFile[],
): Promise<CheckResult[]> {
	const results: CheckResult[] = [];
	for (const file of wanted) {
		const id = `firmware-file-${file.kind}`;
		const result = await verifyFile(c, file).catch((error: Error): Verdict => {
			c.signal.throwIfAborted();
			return {verdict: 'fail', detail: error.message};
		});
		results.push({id, title: file.name, ...result});
	}
	return results;
}

type Verdict = Pick<CheckResult, 'verdict' | 'detail' | 'hint'>;

async function verifyFile(
	{workspace, host, report, signal}: Pick<StepContext, 'workspace' | 'host' | 'report' | 'signal'>,
	file: WantedFile,
): Promise<Verdict> {
	const {folder, lock} = firmwarePathsOf(workspace, file);
	const path = file.local === undefined ? join(folder, file.name) : resolve(workspace.root, file.local);
	const [entry, info] = [
		(await readLock(host, lock))[file.name],
		// A file that the person names may be a link.
		await host.files.info(path, {follow: file.local !== undefined}),
	];
	const fetchHint = `Run ${ownCommand('download')}.`;
	if (!info) {
		const started = await host.files.exists(`${path}.part`);
		return {verdict: 'fail', detail: started ? `${path} is not complete yet` : `${path} is missing`, hint: fetchHint};
	}
	if (info.kind !== 'file') return {verdict: 'fail', detail: `${path} is not a plain file`, hint: 'Remove it.'};
	if (info.size === 0 || (entry && info.size < entry.bytes)) {
		const detail = `${path} is incomplete: ${info.size} of ${entry?.bytes ?? 'unknown'} bytes`;
		return {verdict: 'fail', detail, hint: fetchHint};
	}
	const sha256 = await host.files.sha256(path, {
		signal,
		onProgress: done => report.progress({done, total: info.size, unit: 'bytes', label: `checking ${file.name}`}),
	});
	const expected = file.sha256 ?? entry?.sha256;
	if (expected === undefined) {
		return {
			verdict: 'warn',
			detail: `sha256 ${sha256}; nothing to compare it with`,
			hint: `Pin it in the settings, or run ${ownCommand('download')} to note it in the lock file.`,
		};
	}
	const from = file.sha256 === undefined ? 'the lock file' : 'the settings';
	return sha256 === expected
		? {verdict: 'pass', detail: `${info.size} bytes, sha256 ${sha256} as in ${from}`}
		: {
				verdict: 'fail',
				detail: `has sha256 ${sha256}, ${from} says ${expected}`,
				hint: 'Delete the file and fetch it again, or correct what is expected.',
			};
}
