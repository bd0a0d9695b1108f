// Draws the dashboard of a recorded run as docs/dashboard.svg, with the program's own screens and the colours that a
// terminal would show:
//     node tools/picture.mjs build/runs/ID/events.ndjson [--during STEP] [--share 0.6] [--size 120x36] [--out FILE]
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {Writable} from 'node:stream';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';
import {pictureOf} from './terminal-picture.mjs';

// Ink's colours are decided when its modules are loaded.
process.env.FORCE_COLOR = '1';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const {values, positionals} = parseArgs({
	allowPositionals: true,
	options: {
		during: {type: 'string', default: 'provider-image'},
		share: {type: 'string', default: '0.6'},
		size: {type: 'string', default: '120x36'},
		out: {type: 'string', default: join(root, 'docs/dashboard.svg')},
	},
});

const [recording] = positionals;
if (recording === undefined) {
	console.error('Which recording? node tools/picture.mjs build/runs/ID/events.ndjson');
	process.exit(2);
}
const [columns, rows] = values.size.split('x').map(Number);

const program = await loadSources();
const events = cutAt(program.parseEvents(readFileSync(recording, 'utf8')), values.during, Number(values.share));
writeFileSync(values.out, await drawRun(events, await openTerminal()));
console.log(`${values.out}: ${columns} × ${rows}, after ${events.length} events`);

/** The parts of the program that are needed, bundled because Node runs no TSX. */
async function loadSources() {
	const {build} = await import('esbuild');
	// Inside the project, so that packages are found from there.
	const folder = mkdtempSync(join(root, 'node_modules', '.picture-'));
	const outfile = join(folder, 'program.mjs');
	try {
		await build({
			stdin: {
				contents: `
					export {parseEvents} from './source/pipeline/replay.ts';
					export {createRunStore} from './source/pipeline/run-store.ts';
					export {runApp} from './source/tui/run-app.tsx';
				`,
				resolveDir: root,
				loader: 'ts',
			},
			outfile,
			bundle: true,
			packages: 'external',
			platform: 'node',
			format: 'esm',
			jsx: 'automatic',
			define: {'process.env.NODE_ENV': '"production"'},
		});
		return await import(pathToFileURL(outfile).href);
	} finally {
		rmSync(folder, {recursive: true});
	}
}

/** The events up to that share of a step's own, so that it is under way. */
function cutAt(events, step, share) {
	const first = events.findIndex(event => event.type === 'step-started' && event.step === step);
	const last = events.findIndex(event => event.type === 'step-finished' && event.step === step);
	if (first < 0) return events;
	return events.slice(0, first + Math.ceil(((last < 0 ? events.length : last) - first) * share));
}

async function openTerminal() {
	const {default: headless} = await import('@xterm/headless');
	return new headless.Terminal({cols: columns, rows, allowProposedApi: true, convertEol: true, logLevel: 'off'});
}

async function drawRun(events, terminal) {
	const store = program.createRunStore();
	for (const event of events) store.accept(event);
	await store.close();
	const write = (chunk, _encoding, done) => terminal.write(String(chunk), done);
	const stdout = Object.assign(new Writable({decodeStrings: false, write}), {isTTY: true, columns, rows});
	const stdin = Object.assign(new Writable(), {isTTY: true, read: () => null});
	for (const name of ['setRawMode', 'setEncoding', 'resume', 'pause', 'ref', 'unref']) stdin[name] = () => stdin;
	const run = {store, cancel() {}, finished: new Promise(() => {})};
	const stop = new AbortController();
	const ended = program.runApp(
		{},
		{initial: {run}, colour: {depth: '16', background: 'dark'}, unicode: true, signal: stop.signal, stdin, stdout},
	);
	// The VM's screen is drawn behind the first frame; after that the picture only turns its spinner.
	await new Promise(resolve => setTimeout(resolve, 1500));
	const picture = pictureOf(terminal, 'The dashboard of edge-builder during a rehearsal');
	stop.abort();
	await ended;
	return picture;
}
