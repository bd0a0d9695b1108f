import type {ServedSettings} from '../builders/serve-firmware-once.ts';
import {fetchFirmware} from '../firmware/fetch-firmware.ts';
import {wantedFirmware} from '../firmware/wanted-files.ts';
import type {Step} from '../pipeline/step.ts';

/** Firmware into `redist/`, whole and checked; a file that is there already is checked and not fetched. */
export const fetchFirmwareStep = (served: ServedSettings): Step => ({
	id: 'fetch-firmware',
	title: 'Fetching firmware',
	done: 'Firmware is there',
	after: ['check-host'],
	exit: 'firmware',
	skip({settings}) {
		if (!settings.edgeAppliance) return 'a standard image has no NVIDIA firmware';
		return settings.firmware === 'url' ? 'the build fetches it itself (firmware: url)' : undefined;
	},
	async run(c) {
		const {firmwareOnly: only, limitRate} = c.options;
		c.results.firmware = await fetchFirmware(c, wantedFirmware(await served(c)), {only, limitRate});
		return undefined;
	},
});
