import {type DiskPart, type DiskStage, diskStages, totalGb} from '../../../compatibility/disk-needs.ts';
import {ownCommand} from '../../../own-command.ts';
import type {CheckResult} from '../../../pipeline/events.ts';
import type {Settings} from '../../../settings/settings.ts';
import {formatBytes} from '../../../text/bytes.ts';
import type {HostCheckContext} from '../../builder.ts';
import type {DockerInfo} from './daemon-info.ts';

const gigabyte = 1e9;
/** Layers and the build cache are many small files. */
const wantedInodes = 500_000;

/** Free space where Docker keeps its data and in the workspace. @param there What earlier builds left of each part. */
export async function checkSpace(
	{host, settings, workspace}: HostCheckContext,
	{DockerRootDir = ''}: DockerInfo,
	there: Promise<SizesHere>,
): Promise<CheckResult[]> {
	const roomAt = async (path: string): Promise<Room> => ({path, ...(await host.disk(path))});
	const deviceOf = async (path: string) => (await host.files.info(path))?.device;
	const known = DockerRootDir !== '' && (await host.files.info(DockerRootDir)) !== undefined;
	const together = known && (await deviceOf(DockerRootDir)) === (await deviceOf(workspace.root));
	return compareSpace(settings, {
		docker: known ? await roomAt(DockerRootDir) : undefined,
		workspace: await roomAt(workspace.root),
		together,
		there: await there,
	});
}

/** Bytes that are there already, by the part of a build that needn't take them again. */
export type SizesHere = Partial<Readonly<Record<DiskPart, number>>>;

/** Free space of the filesystem that holds `path`. */
export type Room = {path: string; freeBytes: number; freeInodes: number};

/** Compares that space with what the parts of a build take. */
export function compareSpace(
	settings: Pick<Settings, 'builder' | 'edgeAppliance' | 'firmware' | 'runner' | 'minDiskGb'>,
	{
		docker,
		workspace,
		together,
		there = {},
	}: {docker?: Room; workspace: Room /** Both are on one filesystem. */; together: boolean; there?: SizesHere},
): CheckResult[] {
	const stages = diskStages(settings);
	const check = (id: 'docker-space' | 'workspace-space', room: Room, ...places: DiskStage['place'][]) =>
		checkRoom(
			id,
			room,
			stages.filter(({place}) => places.includes(place)),
			settings.minDiskGb,
			there,
		);
	if (!docker) {
		const needed = stages.filter(({place}) => place === 'docker');
		return [unknownSpace(totalGb(needed)), check('workspace-space', workspace, 'workspace')];
	}
	if (together) return [check('docker-space', docker, 'docker', 'workspace')];
	return [check('docker-space', docker, 'docker'), check('workspace-space', workspace, 'workspace')];
}

function checkRoom(
	id: 'docker-space' | 'workspace-space',
	{path, freeBytes, freeInodes}: Room,
	need: readonly DiskStage[],
	leastGb: number,
	sizes: SizesHere,
): CheckResult {
	const title = id === 'docker-space' ? 'Free space where Docker keeps its data' : 'Free space in the workspace';
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
	const wantedGb = totalGb(need);
	const thereGb = need.reduce((sum, {what, gb}) => sum + Math.min(gb, (sizes[what] ?? 0) / gigabyte), 0);
	const there = thereGb < 0.1 ? '' : `, ${formatBytes(thereGb * gigabyte)} of it are there`;
	const detail = `${formatBytes(freeBytes)} free at ${path}; a first build takes about ${wantedGb} GB${there}`;
	const why = need.map(({what, gb}) => `${what} ${gb} GB`).join(', ');
	const freeGb = freeBytes / gigabyte;
	// What may stop a build is the person's to say; the sum is an estimate, so it only warns.
	if (freeGb < leastGb) {
		return {
			...{id, title, verdict: 'fail', why},
			detail: `${detail}; at least ${leastGb} GB are to be free`,
			hint: `${hint} MIN_DISK_GB says how much there must be.`,
		};
	}
	return freeGb < wantedGb - thereGb
		? {id, title, verdict: 'warn', detail, why, hint}
		: {id, title, verdict: 'pass', detail, why};
}

const unknownSpace = (neededGb: number): CheckResult => ({
	id: 'docker-space',
	title: 'Free space where Docker keeps its data',
	verdict: 'warn',
	detail: 'Docker keeps its data in a virtual machine, whose disk cannot be seen from here',
	hint: `A first build takes about ${neededGb} GB of that machine’s disk.`,
});
