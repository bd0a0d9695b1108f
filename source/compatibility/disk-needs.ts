import {loadsInstallerImage} from '../settings/output-names.ts';
import type {Settings} from '../settings/settings.ts';

/** What a build fills disks with. */
export type DiskPart =
	| 'rehearsal'
	| 'images of Earthly'
	| 'BuildKit’s cache'
	| 'provider image'
	| 'installer image'
	| 'firmware'
	| 'source tree'
	| 'installer ISO';

/** What a part of a build takes on a disk, in GB; `place` is whose filesystem. */
export type DiskStage = {what: DiskPart; place: 'docker' | 'workspace'; gb: number};

type Kind = Pick<Settings, 'builder' | 'edgeAppliance' | 'firmware' | 'runner'>;

/**
 * What each part of a first build takes: measured sizes of v4.8.10, with room for BuildKit's copies of the layers. The one
 * table for everything that tells or judges how much disk a build needs.
 */
export function diskStages({builder, edgeAppliance, firmware, runner}: Kind): DiskStage[] {
	if (builder === 'rehearsal') return [{what: 'rehearsal', place: 'workspace', gb: 4}];
	const isElsewhere = runner === 'remote';
	const isLoaded = loadsInstallerImage({builder, runner});
	const stages: DiskStage[] = [
		{what: 'images of Earthly', place: 'docker', gb: isElsewhere ? 1 : 4},
		{what: 'BuildKit’s cache', place: 'docker', gb: isElsewhere ? 0 : edgeAppliance ? 20 : 10},
		{what: 'provider image', place: 'docker', gb: edgeAppliance ? 8 : 4},
		{what: 'installer image', place: 'docker', gb: !isLoaded ? 0 : edgeAppliance ? 8 : 4},
		{what: 'firmware', place: 'workspace', gb: edgeAppliance && firmware === 'local' ? 3 : 0},
		{what: 'source tree', place: 'workspace', gb: 1},
		{what: 'installer ISO', place: 'workspace', gb: edgeAppliance ? 6 : 4},
	];
	return stages.filter(({gb}) => gb > 0);
}

/** The sum of some of them, in GB. */
export const totalGb = (stages: readonly DiskStage[]) => stages.reduce((sum, {gb}) => sum + gb, 0);
