import type {Settings} from '../../settings/settings.ts';
import {compareVersions} from '../../text/versions.ts';
import type {Iso, NotAnIso} from './read-iso.ts';

/** What an ISO is measured by. */
export type IsoExpectations = {
	arch: Settings['arch'];
	/** Titles of the entries that its boot menu must have. */
	menu: readonly string[];
	/** Whether user data belongs into it; undefined where either is right. */
	userData?: boolean;
	/** Stand-ins make it far smaller. */
	rehearsal: boolean;
};

const installer = 'Palette eXtended Kubernetes Edge Installer';
const everyMenu = [installer, `${installer} (manual)`];

/** What the ISO of these settings must be. */
export const expectedOfSettings = (
	{arch, canvosRef, builder, userData}: Settings,
	rehearsal: boolean,
): IsoExpectations => {
	// The interactive entry came with v4.8.8. A branch is compared with nothing and has the newest menu.
	const older = builder === 'canvos' && compareVersions(canvosRef, 'v4.8.8') < 0;
	return {
		arch,
		menu: [...everyMenu, ...(older ? [] : ['Palette Edge Interactive Installer'])],
		userData: userData !== '',
		rehearsal,
	};
};

/** What an ISO must be of which only the file is known: that which it says itself, as far as it is readable. */
export function expectedOfFound(image: Iso | NotAnIso, menuText: string): IsoExpectations {
	return {
		arch: 'problem' in image ? 'amd64' : archOf(image),
		menu: everyMenu,
		rehearsal: saysRehearsal.test(menuText),
	};
}

// In the title of an entry.
const saysRehearsal = /^\s*menuentry "[^"\n]*\bREHEARSAL\b/m;

/** The kernel tells (Documentation/arch/arm64/booting.rst, x86/boot.rst); a packed one leaves it to the boot entries. */
function archOf({contents, boot}: Iso): Settings['arch'] {
	const kernel = Buffer.from(contents.get('/boot/kernel') ?? []);
	if (kernel.toString('latin1', 56, 60) === 'ARM\x64') return 'arm64';
	if (kernel.toString('latin1', 0x202, 0x206) === 'HdrS') return 'amd64';
	return boot.some(({platform}) => platform === 'bios') ? 'amd64' : 'arm64';
}
