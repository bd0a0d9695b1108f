import {ownCommand} from '../../../own-command.ts';
import type {CheckResult} from '../../../pipeline/events.ts';
import type {Settings} from '../../../settings/settings.ts';
import {formatBytes} from '../../../text/bytes.ts';
import type {HostCheckContext} from '../../builder.ts';
import type {DockerInfo} from './daemon-info.ts';

const gigabyte = 1e9;
/** Layers and the build cache are many small files. */
const wantedInodes = 500_000;

type Stage = {what: string; place: 'docker' | 'workspace'; edge: number; standard: number};

/** What each stage of a build takes, in GB: measured sizes of v4.8.10, with room for BuildKit's copies of the layers. */
const stages: readonly Stage[] = [
	{what: 'base image and Earthly', place: 'docker', edge: 4, standard: 4},
	{what: 'BuildKit’s cache', place: 'docker', edge: 20, standard: 10},
	{what: 'provider image', place: 'docker', edge: 8, standard: 4},
	{what: 'installer image', place: 'docker', edge: 8, standard: 4},
	{what: 'firmware', place: 'workspace', edge: 3, standard: 0},
	{what: 'source tree', place: 'workspace', edge: 1, standard: 1},
	{what: 'installer ISO', place: 'workspace', edge: 6, standard: 4},
];

/** Free space where Docker keeps its data and in the workspace. */
export async function checkSpace(
	{host, settings, workspace}: HostCheckContext,
	{DockerRootDir = ''}: DockerInfo,
): Promise<CheckResult[]> {
	const roomAt = async (path: string): Promise<Room> => ({path, ...(await host.disk(path))});
	const deviceOf = async (path: string) => (await host.files.info(path))?.device;
	const known = DockerRootDir !== '' && (await host.files.info(DockerRootDir)) !== undefined;
	const together = known && (await deviceOf(DockerRootDir)) === (await deviceOf(workspace.root));
	return compareSpace(settings, {
		docker: known ? await roomAt(DockerRootDir) : undefined,
		workspace: await roomAt(workspace.root),
		together,
	});
}

/** Free space of the filesystem that holds `path`. */
export type Room = {path: string; freeBytes: number; freeInodes: number};

/** Compares that space with what the stages of a build take. */
export function compareSpace(
	settings: Pick<Settings, 'edgeAppliance' | 'minDiskGb'>,
	{docker, workspace, together}: {docker?: Room; workspace: Room /** Both are on one filesystem. */; together: boolean},
): CheckResult[] {
	const need = (places: readonly Stage['place'][]) => stages.filter(({place}) => places.includes(place));
	if (!docker) return [unknownSpace, checkRoom('workspace-space', workspace, need(['workspace']), settings, 0)];
	if (together) return [checkRoom('docker-space', docker, need(['docker', 'workspace']), settings, settings.minDiskGb)];
	return [
		checkRoom('docker-space', docker, need(['docker']), settings, settings.minDiskGb),
		checkRoom('workspace-space', workspace, need(['workspace']), settings, 0),
	];
}

function checkRoom(
	id: 'docker-space' | 'workspace-space',
	{path, freeBytes, freeInodes}: Room,
	need: readonly Stage[],
	{edgeAppliance}: Pick<Settings, 'edgeAppliance'>,
	floorGb: number,
): CheckResult {
	const sizeOf = (stage: Stage) => (edgeAppliance ? stage.edge : stage.standard);
	const wantedGb = need.reduce((sum, stage) => sum + sizeOf(stage), 0);
	const freeGb = freeBytes / gigabyte;
	const title = id === 'docker-space' ? 'Free space where Docker keeps its data' : 'Free space in the workspace';
	const detail = `${formatBytes(freeGb * 1e9)} free at ${path}; a first build takes about ${wantedGb} GB`;
	const why = need.map(stage => `${stage.what} ${sizeOf(stage)} GB`).join(', ');
	const hint = `Free space (${ownCommand('clean')}, \`docker system df\`), or put it on a larger disk.`;
	if (freeInodes > 0 && freeInodes < wantedInodes) {
		return {
			id,
			title,
			verdict: 'fail',
			detail: `only ${freeInodes} inodes are free at ${path}`,
			why: 'Each file of a layer takes one.',
			hint,
		};
	}
	// A repeated build finds most of it there already, so the floor decides what fails and the sum what is warned about.
	const verdict = freeGb < Math.max(floorGb, wantedGb / 2) ? 'fail' : freeGb < wantedGb ? 'warn' : 'pass';
	return {id, title, verdict, detail, why, ...(verdict !== 'pass' && {hint})};
}

const unknownSpace: CheckResult = {
	id: 'docker-space',
	title: 'Free space where Docker keeps its data',
	verdict: 'warn',
	detail: 'Docker keeps its data in a virtual machine, whose disk cannot be seen from here',
	hint: 'Give that machine at least 60 GB of disk.',
};
