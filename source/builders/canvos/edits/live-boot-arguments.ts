import type {Files} from './apply-edits.ts';

/** The menu of the ISO, as a release has it. */
export const liveMenu = 'overlay/files-iso/boot/grub2/grub.cfg';

/** What keeps nouveau out from the initrd on; releases from v5 on have it themselves. */
export const nouveauArguments = 'rd.driver.blacklist=nouveau modprobe.blacklist=nouveau nouveau.modeset=0';

/**
 * The menu of the ISO with nouveau kept out of each entry: in the initrd it hangs at current data-centre GPUs. Installed
 * nodes have the same from `overlay/steps/kernel-arguments.sh`.
 * @returns nothing where there is no menu, or nothing to change
 */
export function liveMenuChange(files: Files): Record<string, string> {
	const menu = files[liveMenu];
	const changed = menu
		?.split('\n')
		.map(line =>
			/^\s*\$?linux\s.*rd\.live\./.test(line) && !/\brd\.driver\.blacklist=\S*nouveau/.test(line)
				? `${line.trimEnd()} ${nouveauArguments}`
				: line,
		)
		.join('\n');
	return changed === undefined || changed === menu ? {} : {[liveMenu]: changed};
}
