// A named import would fail to load on Node 20, before it could be told that it is too old.
import nodeModule from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const oldestNode = 22;

if (Number.parseInt(process.versions.node, 10) < oldestNode) {
	process.stderr.write(
		`edge-builder needs Node ${oldestNode} or newer and found ${process.versions.node}.\n` +
			'Its own Node 24 is missing: run `npm install` (without --omit=optional) in its folder.\n',
	);
	process.exit(3);
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
