import type {Host} from '../host/host.ts';
import type {AppActions} from './actions.ts';

/**
 * Opens a log in the program that the person reads or edits with. `lend` gives that program the terminal.
 * @returns why it could not be opened.
 */
export async function openLog(
	{host, env}: {host: Host; env: Readonly<Record<string, string | undefined>>},
	{path, line, how}: Parameters<AppActions['openLog']>[0],
): Promise<string | undefined> {
	if (!(await host.files.exists(path))) return `there is no ${path}`;
	const chosen = how === 'editor' ? env.VISUAL || env.EDITOR || 'vi' : env.PAGER || (await usualPager(host));
	// People put options into these variables; a shell would split them at blanks, too.
	const [program = 'more', ...options] = chosen.trim().split(/\s+/);
	const place = how === 'editor' && line !== undefined ? [`+${line}`] : [];
	try {
		await host.runOnTerminal({program, args: [...options, ...place, path], what: `Opening the log with ${program}`});
		return undefined;
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
}

// `-R`: colours of programs are shown, all else that moves a terminal is not.
const usualPager = async (host: Host) => ((await host.which('less')) === undefined ? 'more' : 'less -R');
