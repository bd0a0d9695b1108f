// What a terminal emulator shows as an SVG, in the colours of a dark terminal.
const palette = {
	background: '#16181d',
	text: '#d5d9e0',
	sixteen: ['#3b4048', '#ef6b73', '#8ccf7e', '#e5c76b', '#67b0e8', '#c47fd5', '#6cbfbf', '#d5d9e0'],
};
const cell = {width: 8.43, height: 16.5};
const margin = 16;
const bar = 30;
const ascent = 12.6;

/** One line for each stretch of text, so that two pictures can be compared as texts. */
export function pictureOf(terminal, label) {
	const {cols, rows, buffer} = terminal;
	const width = Math.ceil(cols * cell.width + 2 * margin);
	const height = rows * cell.height + margin + bar + margin / 2;
	const lines = Array.from({length: rows}, (_, y) => buffer.active.getLine(buffer.active.baseY + y));
	const shapes = lines.flatMap((line, y) => [...runsOf(line, cols)].flatMap(run => shapesOf(run, y)));
	const dots = ['#ff5f57', '#febc2e', '#28c840'].map(
		(fill, index) => `<circle cx="${margin + 4 + index * 18}" cy="15" r="5.5" fill="${fill}"/>`,
	);
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(label)}">
<rect width="${width}" height="${height}" rx="10" fill="${palette.background}"/>
${dots.join('')}
<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14" fill="${palette.text}">
${shapes.join('\n')}
</g>
</svg>
`;
}

function shapesOf(run, y) {
	const x = margin + run.x * cell.width;
	const top = bar + margin / 2 + y * cell.height;
	const look = `${run.colour === palette.text ? '' : ` fill="${run.colour}"`}${run.bold ? ' font-weight="bold"' : ''}${run.dim ? ' opacity="0.6"' : ''}`;
	const words = wordsOf(run.text).map(({text, offset}) => {
		// The length is told, so that a font of another width keeps the columns.
		const width = (text.length * cell.width).toFixed(1);
		return `<text x="${(x + offset * cell.width).toFixed(1)}" y="${(top + ascent).toFixed(1)}" textLength="${width}" lengthAdjust="spacingAndGlyphs"${look}>${escaped(text)}</text>`;
	});
	if (!run.background) return words;
	return [
		`<rect x="${x.toFixed(1)}" y="${top}" width="${(run.width * cell.width).toFixed(1)}" height="${cell.height}" fill="${run.background}"/>`,
		...words,
	];
}

/** Stretches of a row that look the same. */
function* runsOf(line, columns) {
	let run;
	for (let x = 0; x < columns; x++) {
		const at = line.getCell(x);
		if (at.getWidth() === 0) continue;
		const look = lookOf(at);
		const isSame = run && Object.keys(look).every(key => look[key] === run[key]);
		if (!isSame) {
			if (run) yield run;
			run = {...look, x, width: 0, text: ''};
		}
		run.text += at.getChars() || ' ';
		run.width += at.getWidth();
	}
	if (run) yield run;
}

function lookOf(at) {
	const colour = at.isFgRGB() ? hex(at.getFgColor()) : at.isFgPalette() ? ofPalette(at.getFgColor()) : palette.text;
	const background = at.isBgRGB() ? hex(at.getBgColor()) : at.isBgPalette() ? ofPalette(at.getBgColor()) : undefined;
	const isInverse = at.isInverse() !== 0;
	return {
		colour: isInverse ? (background ?? palette.background) : colour,
		background: isInverse ? colour : background,
		bold: at.isBold() !== 0,
		dim: at.isDim() !== 0,
	};
}

// Beyond the sixteen stand a cube of 6 × 6 × 6 and 24 greys (xterm's 256 colours).
function ofPalette(number) {
	if (number < 16) return palette.sixteen[number % 8];
	if (number > 231) return hex((8 + 10 * (number - 232)) * 0x010101);
	const levels = [0, 95, 135, 175, 215, 255];
	const [red, green, blue] = [36, 6, 1].map(size => levels[Math.floor((number - 16) / size) % 6]);
	return hex((red << 16) + (green << 8) + blue);
}

const hex = number => `#${number.toString(16).padStart(6, '0')}`;

/** Text without the blanks that viewers of pictures would swallow: those at its ends, and more than one at a time. */
function wordsOf(text) {
	return [...text.matchAll(/\S+(?: \S+)*/g)].map(match => ({text: match[0], offset: match.index}));
}

function escaped(text) {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
