import {ask} from '../app/ask-person.ts';
import type {Invocation} from '../app/invocation.ts';
import {deleteRun, holderOf, runIdOf} from '../app/past-runs.ts';
import {openReport, reportOf} from '../app/run-report.ts';
import {FixableError} from '../errors.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {counted} from '../text/phrases.ts';

/** `edge-builder runs delete ID…`: their records, not what they made. */
export async function runsDelete(invocation: Invocation, asked: readonly string[]): Promise<ExitCode> {
	const {tell, printJson, output} = invocation;
	const ids = [...new Set(await Promise.all(asked.map(id => runIdOf(invocation, id))))];
	const living = (await holderOf(invocation))?.runId;
	if (living !== undefined && ids.includes(living)) {
		throw new FixableError('run-goes-on', `Run ${living} goes on; nothing was deleted`, {
			hint: 'Stop it first, or leave it out.',
			exit: 'usage',
		});
	}
	if (!(await ask(invocation, `Delete the record of ${ids.length === 1 ? ids[0] : counted(ids.length, 'run')}?`))) {
		tell('Nothing was deleted. Say --yes to delete without being asked.\n');
		return exitCodes.usage;
	}
	for (const id of ids) {
		await deleteRun(invocation, id);
		tell(`Deleted the record of ${id}\n`);
	}
	if (output === 'json') printJson({deleted: ids});
	return exitCodes.done;
}

/** `edge-builder runs report ID`: where its report is; `open` shows it where there is a display. */
export async function runsReport(
	invocation: Invocation,
	id: string,
	{open = false}: {open?: boolean},
): Promise<ExitCode> {
	const {print, printJson, tell, output} = invocation;
	const path = await reportOf(invocation, id);
	if (output === 'json') printJson({path});
	else print(`${path}\n`);
	const notOpened = open ? await openReport(invocation, path) : undefined;
	if (notOpened !== undefined) tell(`${notOpened}\n`);
	return exitCodes.done;
}
