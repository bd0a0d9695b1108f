import fs from 'node:fs';
import path from 'node:path';
import {createNode, type NodeOptions, type NodeUnderTest, type Run, watchingWrites} from './node-under-test.ts';

/** What must be the same in the end, however often a start was killed on the way. */
export const outcome = (node: NodeUnderTest, code: number | null) => ({
	code,
	facts: node.facts().sort(),
	functions: node.functions('0000:05:00.0'),
	count: node.read('sys/bus/pci/devices/0000:05:00.0/sriov_numvfs').trim(),
	parameters: node.parameters('0000:05:00'),
	// A flash killed before it was noted is repeated; that it happened counts.
	flashed: [...new Set((node.told('flashed') ?? '').split('\n'))],
	firmware: node.told('fw/0000:05:00.0'),
	unbound: unbound(node),
	rebootScheduled: node.exists('run/systemd/shutdown/scheduled'),
	kept: kept(node),
});

// How long a flash took is only known to a start that saw its end.
const kept = (node: NodeUnderTest) =>
	node.exists('opt/spectrocloud/nodeprep-state')
		? fs.readdirSync(path.join(node.root, 'opt/spectrocloud/nodeprep-state')).filter(name => name !== 'flash-seconds')
		: [];

// Functions whose driver has not seen the last address they were given; known where writes are watched.
const unbound = (node: NodeUnderTest) => {
	const writes = (node.told('writes') ?? '').split('\n');
	const bound = (v: number) =>
		writes.findLastIndex(write => write.startsWith(`0000:05:10.${v} `) && write.endsWith('/bind'));
	return [0, 1].filter(v => writes.findLastIndex(write => write.includes(`0000:05:00.0/sriov/${v}/`)) > bound(v));
};

export type Outcome = ReturnType<typeof outcome>;
type Start = (node: NodeUnderTest) => Promise<Run>;

/** Ends one start with SIGKILL (`start` does), then starts until one ends by itself. Undefined: it wasn't killed. */
export const killAndResume = async (options: NodeOptions, start: Start): Promise<Outcome | undefined> => {
	const node = createNode(options);
	if ((await start(node)).signal !== 'SIGKILL') {
		return undefined;
	}
	const resumed = await node.run([], {env: watchingWrites});
	return outcome(node, resumed.code);
};

/** A whole life, with `env` in its other starts, in which start number `boot` is killed by `start`; undefined when it wasn't. */
export const killInLife = async (
	options: NodeOptions,
	boot: number,
	start: Start,
	env?: Record<string, string>,
): Promise<Outcome | undefined> => {
	const node = createNode(options);
	for (let i = 0; i < 10; i++) {
		// Where the killed start's writes were watched, those that make up for it must be seen as well.
		const watched = env ? {env} : i > boot && node.told('writes') !== undefined ? {env: watchingWrites} : {};
		const {code, signal, output} = i === boot ? await start(node) : await node.run([], watched);
		if (i === boot && signal !== 'SIGKILL') {
			return undefined;
		}
		if (code === 0) {
			return outcome(node, code);
		}
		if (code === 40) {
			node.reboot();
		} else if (signal !== 'SIGKILL') {
			throw new Error(`start ${i} ended with ${code}:\n${output}`);
		}
	}
	throw new Error('not complete after ten starts');
};

/** Kills the script from inside, before its nth write into a file of the kernel. */
export const killAtWrite =
	(n: number, env = watchingWrites): Start =>
	node =>
		node.run([], {env: {...env, STUB_KILL_WRITE: String(n)}});

/** Runs tasks four at a time: a life is mostly process starts. */
export const inParallel = async <T>(tasks: (() => Promise<T>)[]) => {
	const results: T[] = [];
	const next = tasks.entries();
	const worker = async () => {
		for (const [i, task] of next) {
			results[i] = await task();
		}
	};
	await Promise.all([worker(), worker(), worker(), worker()]);
	return results;
};
