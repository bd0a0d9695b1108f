import {readFileSync} from 'node:fs';

/** Whether our job has the terminal's keyboard; not after `bg`, where reading or changing the terminal would stop us. */
export function isInForeground(): boolean {
	const {group, terminalGroup} = jobOf('self') ?? {};
	return group !== undefined && group === terminalGroup;
}

/** Whether somebody can continue our job after Ctrl-Z: its shell, or whatever else started it in the same session. */
export function hasJobControl(): boolean {
	const ours = jobOf('self');
	for (let above = ours; ours && above && above.parent > 1; ) {
		const parent = jobOf(above.parent);
		if (parent?.session !== ours.session) return false;
		if (parent.group !== ours.group) return true;
		above = parent;
	}
	return false;
}

type Job = {parent: number; group: number; session: number; terminalGroup: number};

function jobOf(pid: number | 'self'): Job | undefined {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		// The name in field 2 may hold blanks and parentheses.
		const [, parent = 0, group = 0, session = 0, , terminalGroup = 0] = stat
			.slice(stat.lastIndexOf(')') + 2)
			.split(' ')
			.map(Number);
		return {parent, group, session, terminalGroup};
	} catch {
		return undefined;
	}
}
