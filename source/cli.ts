// A named import would fail to load on an old Node, before it could be told that it is too old.
import nodeModule from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {exitCodes} from './exit-codes.ts';

// What the bundle is made for: the Node that the project brings (tools/bundle.mjs).
const oldestNode = Number(process.env.OWN_NODE_MAJOR);

if (Number.parseInt(process.versions.node, 10) < oldestNode) {
	process.stderr.write(
		`edge-builder runs on Node ${oldestNode} or newer, and this is ${process.versions.node}. Its own is missing: ` +
			'run `npm start` in its folder, or install the package again without --omit=optional.\n',
	);
	process.exit(exitCodes.host);
}

// homedir() throws for a user without a passwd entry, as in some containers.
const {XDG_CACHE_HOME, HOME} = process.env;
const cacheFolder = XDG_CACHE_HOME || (HOME ? join(HOME, '.cache') : tmpdir());

// Parsing the bundle is most of the start-up time; the second start finds it compiled.
nodeModule.enableCompileCache(join(cacheFolder, 'edge-builder', 'compile'));

const {main} = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));

// All is written and cleaned up; a handle that somebody forgot must not keep the shell waiting.
setTimeout(() => process.exit(), 300).unref();
