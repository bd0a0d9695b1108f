// Draws the dashboard of a recorded run as docs/dashboard.svg, with the program's own screens and the colours that a
// terminal would show:
//     node tools/picture.mjs build/runs/ID/events.ndjson [--during STEP] [--share 0.6] [--size 120x36] [--out FILE]
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {Writable} from 'node:stream';
import {fileURLToPath, pathToFileURL} from 'node:url';
import {parseArgs} from 'node:util';

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
const palette = {
	background: '#16181d',
	text: '#d5d9e0',
	colours: ['#3b4048', '#ef6b73', '#8ccf7e', '#e5c76b', '#67b0e8', '#c47fd5', '#6cbfbf', '#d5d9e0'],
};

const [recording] = positionals;
if (recording === undefined) {
	console.error('Which recording? node tools/picture.mjs build/runs/ID/events.ndjson');
	process.exit(2);
}
const [columns, rows] = values.size.split('x').map(Number);

const program = await loadSources();
const events = cutAt(program.parseEvents(readFileSync(recording, 'utf8')), values.during, Number(values.share));
writeFileSync(values.out, await pictureOf(events, await openTerminal()));
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

async function pictureOf(events, terminal) {
	const store = program.createRunStore();
	for (const event of events) store.accept(event);
	await store.close();
	const write = (chunk, _encoding, done) => terminal.write(String(chunk), done);
	const stdout = Object.assign(new Writable({decodeStrings: false, write}), {isTTY: true, columns, rows});
	const stdin = Object.assign(new Writable(), {isTTY: true, read: () => null});
	for (const name of ['setRawMode', 'setEncoding', 'resume', 'pause', 'ref', 'unref']) stdin[name] = () => stdin;
	const run = {store, cancel() {}, finished: new Promise(() => {})};
	const stop = new AbortController();
	const ended = program.runApp({}, {initial: {run}, colour: true, unicode: true, signal: stop.signal, stdin, stdout});
	// The VM's screen is drawn behind the first frame; after that the picture only turns its spinner.
	await new Promise(resolve => setTimeout(resolve, 1500));
	const picture = svgOf(terminal);
	stop.abort();
	await ended;
	return picture;
}

function svgOf(terminal) {
	const cell = {width: 8.43, height: 16.5};
	const margin = 16;
	const bar = 30;
	const width = Math.ceil(columns * cell.width + 2 * margin);
	const height = rows * cell.height + margin + bar + margin / 2;
	const texts = [];
	for (let y = 0; y < rows; y++) {
		for (const run of runsOf(terminal.buffer.active.getLine(y))) {
			const x = margin + run.x * cell.width;
			const baseline = bar + margin / 2 + y * cell.height + 12.6;
			if (run.background) {
				texts.push(
					`<rect x="${x.toFixed(1)}" y="${baseline - 12.6}" width="${(run.width * cell.width).toFixed(1)}" height="${cell.height}" fill="${run.background}"/>`,
				);
			}
			for (const {text, offset} of wordsOf(run.text)) {
				const width = (text.length * cell.width).toFixed(1);
				// The length is told, so that a font of another width keeps the columns.
				texts.push(
					`<text x="${(x + offset * cell.width).toFixed(1)}" y="${baseline}" textLength="${width}" lengthAdjust="spacingAndGlyphs" fill="${run.colour}"${run.bold ? ' font-weight="bold"' : ''}${run.dim ? ' opacity="0.6"' : ''}>${escaped(text)}</text>`,
				);
			}
		}
	}
	const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
		(fill, index) => `<circle cx="${margin + 4 + index * 18}" cy="15" r="5.5" fill="${fill}"/>`,
	);
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="The dashboard of edge-builder during a rehearsal">
<rect width="${width}" height="${height}" rx="10" fill="${palette.background}"/>
${dots.join('')}
<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14">
${texts.join('\n')}
</g>
</svg>
`;
}

/** Stretches of a row that look the same. */
function* runsOf(line) {
	let run;
	for (let x = 0; x < columns; x++) {
		const cell = line.getCell(x);
		if (cell.getWidth() === 0) continue;
		const isInverse = cell.isInverse() !== 0;
		const own = cell.isFgDefault() ? palette.text : (palette.colours[cell.getFgColor()] ?? palette.text);
		const look = {
			colour: isInverse ? palette.background : own,
			background: isInverse ? own : undefined,
			bold: cell.isBold() !== 0,
			dim: cell.isDim() !== 0,
		};
		const isSame = run && Object.keys(look).every(key => look[key] === run[key]);
		if (!isSame) {
			if (run) yield run;
			run = {...look, x, width: 0, text: ''};
		}
		run.text += cell.getChars() || ' ';
		run.width += cell.getWidth();
	}
	if (run) yield run;
}

/** Text without the blanks that viewers of pictures would swallow: those at its ends, and more than one at a time. */
function wordsOf(text) {
	return [...text.matchAll(/\S+(?: \S+)*/g)].map(match => ({text: match[0], offset: match.index}));
}

function escaped(text) {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
