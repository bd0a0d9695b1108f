// Makes a fresh clone ready: what every npm script begins with, by tools/with-own-node. Runs on the machine's own Node.
// Even a Node that is too old must be able to read this file, so that it can be told.
import {readFileSync} from 'node:fs';

const {engines} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const oldest = parseInt(/\d+/.exec(engines.node)[0], 10);
const {node} = process.versions;

if (parseInt(node, 10) < oldest) {
	console.error(`edge-builder: Node ${oldest} or newer is needed to set it up, and this machine has ${node}.`);
	process.exit(3);
}
import('./set-up.mjs');
