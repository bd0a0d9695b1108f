import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {gunzipSync} from 'node:zlib';
import type {BuildNode, LogChunk} from '../../../source/pipeline/events.ts';

const folder = join(import.meta.dirname, '../../fixtures/earthly');
/** A recording of CanvOS's own Earthfile, which may not be copied into this repository. */
const canvosFolder = join(import.meta.dirname, '../../../../shared/fixtures/earthly/canvos-edge-build-all');

export type Recording = {
	name: string;
	exitCode: number;
	durationSeconds?: number;
	runner: 'container' | 'upstream-script' | 'remote' | 'managed';
	logStream?: Buffer;
	console: string;
	ttyConsole?: string;
};

const bytesOf = (path: string) =>
	existsSync(path) ? readFileSync(path) : existsSync(`${path}.gz`) ? gunzipSync(readFileSync(`${path}.gz`)) : undefined;

const modes = {
	'container-direct': 'container',
	'earthly-sh': 'upstream-script',
	'container-remote-buildkit': 'remote',
} as const;

export const recording = (name: string, place = join(folder, name)): Recording => {
	const meta = JSON.parse(readFileSync(join(place, 'meta.json'), 'utf8')) as {
		exit_code: number;
		duration_seconds?: number;
		runner_mode: keyof typeof modes;
	};
	return {
		name,
		exitCode: meta.exit_code,
		durationSeconds: meta.duration_seconds,
		runner: modes[meta.runner_mode],
		logStream: bytesOf(join(place, 'logstream.json')),
		console: bytesOf(join(place, 'console.log'))?.toString() ?? '',
		ttyConsole: bytesOf(join(place, 'console.tty.log'))?.toString(),
	};
};

export const recordingNames = readdirSync(folder).filter(name => !name.includes('.'));

/** The real CanvOS build, where it is at hand. */
export const canvosRecording = existsSync(canvosFolder) ? recording('canvos-edge-build-all', canvosFolder) : undefined;

const canvosRunsFolder = join(import.meta.dirname, '../../../../shared/fixtures/canvos');

/** A build of CanvOS that failed, as Earthly told it; undefined where these recordings aren't at hand. */
export function failedCanvosRun(name: string): Recording | undefined {
	const place = join(canvosRunsFolder, name);
	if (!existsSync(place)) return undefined;
	return {
		name,
		// That of Earthly; the folder has our own.
		exitCode: name === 'fail-docker-daemon-stopped' ? 2 : 1,
		runner: 'managed',
		logStream: bytesOf(join(place, 'logstream.json')),
		console: bytesOf(join(place, 'console.log'))?.toString() ?? '',
	};
}

/** A reporter that keeps what it is told. */
export const collectingReporter = () => {
	const nodes = new Map<string, BuildNode>();
	const logs: LogChunk[] = [];
	const notes: string[] = [];
	return {
		nodes,
		logs,
		notes,
		lines: () => logs.flatMap(({text}) => text.split('\n')),
		/** `+iso/RUN make: done cached`, sorted: the tree without times and ids. */
		tree: () => [...nodes.values()].map(node => describeNode(node, nodes)).sort(),
		report: {
			node: (node: BuildNode) => void nodes.set(node.id, node),
			log: (chunk: LogChunk) => void logs.push(chunk),
			note: (text: string) => void notes.push(text),
			now: Date.now,
		},
	};
};

const describeNode = (node: BuildNode, nodes: ReadonlyMap<string, BuildNode>) => {
	const parent = node.parent === undefined ? '' : `${nodes.get(node.parent)?.name ?? '?'}/`;
	return `${parent}${node.name}: ${node.state}${node.cached ? ' cached' : ''}`;
};
