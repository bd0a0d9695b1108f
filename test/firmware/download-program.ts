// A program that downloads one file, to be killed: JSON arguments in, JSON result out.
import {download} from '../../source/firmware/download.ts';
import {createAgents} from '../../source/firmware/network.ts';
import {createHost} from '../../source/host/real-host.ts';

const {path, urls, sha256, connections, pace, patience, checkpointMs} = JSON.parse(process.argv[2] ?? '');
const host = await createHost();
const agents = await createAgents(host, {httpProxy: '', httpsProxy: '', noProxy: '', caFile: ''});
const started = performance.now();
try {
	const result = await download(
		{path, urls, sha256},
		{
			host,
			agents,
			connections,
			pace,
			patience,
			checkpointMs,
			signal: new AbortController().signal,
			note: () => undefined,
			onProgress: () => undefined,
		},
	);
	const {user, system} = process.cpuUsage();
	const seconds = (performance.now() - started) / 1000;
	const megabytes = process.resourceUsage().maxRSS / 1024;
	console.log(JSON.stringify({...result, seconds, cpuSeconds: (user + system) / 1e6, megabytes}));
} catch (error) {
	console.log(JSON.stringify({error: (error as {code?: string}).code ?? String(error)}));
} finally {
	agents.close();
}
