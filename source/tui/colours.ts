/** What a terminal can show, and on what. `any`: nobody says whether the background is dark or light. */
export type Colours = {depth: '16' | '256' | 'true'; background: 'dark' | 'light' | 'any'};

type Env = Readonly<Record<string, string | undefined>>;

/** The colours of this terminal; undefined for none. NO_COLOR counts for more than FORCE_COLOR, and that for more than TERM. */
export function coloursOf(env: Env): Colours | undefined {
	const depth = depthOf(env);
	return depth && {depth, background: backgroundOf(env)};
}

function depthOf({NO_COLOR, FORCE_COLOR, COLORTERM = '', TERM = ''}: Env): Colours['depth'] | undefined {
	if (NO_COLOR || TERM === 'dumb' || FORCE_COLOR === '0' || FORCE_COLOR === 'false') return undefined;
	if (FORCE_COLOR === '1') return '16';
	if (FORCE_COLOR === '2') return '256';
	if (FORCE_COLOR === '3') return 'true';
	if (/^(truecolor|24bit)$/i.test(COLORTERM) || /-direct$|kitty|ghostty|wezterm/.test(TERM)) return 'true';
	return /256(color)?$/.test(TERM) ? '256' : '16';
}

/** What the person says, or the terminal: `COLORFGBG` is "15;0", or has a third value between the two. */
function backgroundOf({EDGE_BUILDER_BACKGROUND, COLORFGBG = ''}: Env): Colours['background'] {
	if (EDGE_BUILDER_BACKGROUND === 'dark' || EDGE_BUILDER_BACKGROUND === 'light') return EDGE_BUILDER_BACKGROUND;
	const [, digits] = /;(\d+)$/.exec(COLORFGBG) ?? [];
	if (digits === undefined) return 'any';
	const background = Number(digits);
	return background === 7 || background > 8 ? 'light' : 'dark';
}

/** The meanings that have a hue of their own. */
export type Hue = 'good' | 'warning' | 'bad' | 'accent' | 'muted';

type Hues = Readonly<Record<Hue, string | undefined>>;

/** How each hue is named for Ink, on this terminal; undefined where brightness alone has to do. */
export function huesOf({depth, background}: Colours): Hues {
	if (depth === '16') return background === 'light' ? onLightOfSixteen : ofSixteen;
	const table = wide[background];
	const name = (hue: Hue) => (depth === 'true' ? table[hue][1] : `ansi256(${table[hue][0]})`);
	return {
		good: name('good'),
		warning: name('warning'),
		bad: name('bad'),
		accent: name('accent'),
		muted: name('muted'),
	};
}

// The terminal's own sixteen, which people have made readable on their background; on white the yellow and the cyan that
// terminals come with can't be read.
const ofSixteen: Hues = {good: 'green', warning: 'yellow', bad: 'red', accent: 'cyan', muted: undefined};
const onLightOfSixteen: Hues = {good: 'green', warning: 'magenta', bad: 'red', accent: 'blue', muted: undefined};

// Number among the 256, and the finer hue for terminals that have all. Those for any background are about as far from black
// as from white.
const wide: Record<Colours['background'], Record<Hue, readonly [number: number, hex: string]>> = {
	dark: {
		good: [78, '#5fd78f'],
		warning: [221, '#ffd75f'],
		bad: [203, '#ff6f6f'],
		accent: [81, '#5fcfff'],
		muted: [247, '#9e9e9e'],
	},
	light: {
		good: [22, '#00662b'],
		warning: [94, '#7a5200'],
		bad: [124, '#b00020'],
		accent: [24, '#005c8a'],
		muted: [240, '#5c5c5c'],
	},
	any: {
		good: [28, '#00873a'],
		warning: [130, '#a86500'],
		bad: [160, '#d92632'],
		accent: [31, '#0081a8'],
		muted: [243, '#777777'],
	},
};

/** The number by which chalk, which Ink colours with, knows what a terminal can show. Bold and reverse need one, too. */
export const chalkLevelOf = (colours: Colours | undefined): '1' | '2' | '3' =>
	colours?.depth === 'true' ? '3' : colours?.depth === '256' ? '2' : '1';
