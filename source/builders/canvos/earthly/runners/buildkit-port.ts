import {crc32} from 'node:zlib';
import {FixableError} from '../../../../errors.ts';
import type {Host} from '../../../../host/host.ts';
import {type Listener, listenerOn} from '../../../../host/listening-process.ts';
import type {CheckResult} from '../../../../pipeline/events.ts';
import {containerNames} from '../../docker/containers.ts';

/** A BuildKit that Earthly keeps: the name of Earthly's installation, and that of the container. */
export type KeptBuildkit = {installation: string; container: string};

/** The port on loopback by which Docker gets images out of that BuildKit, chosen by the name (Earthly's `PortOffset`). */
export const buildkitPort = (installation: string) => 8371 + 10 + (crc32(installation) % 1000);

type With = {host: Host; signal?: AbortSignal};

// Docker lets go of the port of a container that has just been stopped a moment after it says so.
const looks = 10;
const betweenMs = 200;

/**
 * Who else has that port, in words, and what ends it; undefined where it is free or our own BuildKit's.
 * @param listener For tests.
 */
export async function portHolder(
	{host, signal}: With,
	{installation, container}: KeptBuildkit,
	listener: (port: number) => Listener | undefined = listenerOn,
): Promise<{holder: string; cure: string} | undefined> {
	const port = buildkitPort(installation);
	let found: Listener | undefined;
	for (let look = 0; look < looks; look++) {
		const names = await containerNames({host, signal}, [`publish=${port}`]).catch((): string[] => []);
		if (names.includes(container)) return undefined;
		const [other] = names;
		if (other !== undefined) return {holder: `the container ${other}`, cure: `Stop it (\`docker stop ${other}\`)`};
		found = listener(port);
		if (!found) return undefined;
		// Only what is Docker's own can be about to end.
		if (found.program !== undefined && found.program !== 'docker-proxy') break;
		await host.sleep(betweenMs, signal);
	}
	const {program, pid} = found ?? {};
	return program === undefined || pid === undefined
		? {
				holder: 'a program of another user',
				cure: `Find it (\`sudo ss -ltnp 'sport = :${port}'\`) and end it`,
			}
		: {holder: `${program} (process ${pid})`, cure: `End it (\`kill ${pid}\`)`};
}

/** Whether BuildKit will get its port; who has it is named, which Docker doesn't do. */
export async function checkPort(c: With, kept: KeptBuildkit): Promise<CheckResult> {
	const address = `127.0.0.1:${buildkitPort(kept.installation)}`;
	const check = {
		id: 'buildkit-port',
		title: 'BuildKit’s port is free',
		why: 'Docker gets the finished images there. Earthly chooses the port, by the name of the installation.',
	} as const;
	const taken = await portHolder(c, kept);
	return taken
		? {...check, verdict: 'fail', detail: `${address} is held by ${taken.holder}`, hint: hintFor(taken.cure)}
		: {...check, verdict: 'pass', detail: address};
}

/** @throws {FixableError} `buildkit-port-taken` where somebody else has the port; Docker would say so after minutes. */
export async function ensurePort(c: With, kept: KeptBuildkit): Promise<void> {
	const taken = await portHolder(c, kept);
	if (!taken) return;
	const address = `127.0.0.1:${buildkitPort(kept.installation)}`;
	throw new FixableError('buildkit-port-taken', `BuildKit’s port ${address} is held by ${taken.holder}`, {
		hint: hintFor(taken.cure),
		exit: 'host',
	});
}

const hintFor = (cure: string) => `${cure}, or build with --runner container, which needs no port.`;
