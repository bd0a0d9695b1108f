// `npm run check`: types, formatting, lint and dead code, each tool on the Node that runs this.
import {spawnSync} from 'node:child_process';

const tools = [
	['typescript/bin/tsc', '--noEmit'],
	['@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
	['knip/bin/knip.js'],
	['knip/bin/knip.js', '--production'],
];

for (const [path, ...args] of tools) {
	const {status} = spawnSync(process.execPath, [`node_modules/${path}`, ...args], {stdio: 'inherit'});
	if (status !== 0) process.exit(status ?? 1);
}
