import type {
	CleanableThing,
	FromBase,
	GoingOn,
	HostReadiness,
	IsoChoice,
	PresetSummary,
	RunSummary,
	SavedDraft,
} from '../../app/actions.ts';
import {cleanLine} from '../../text/ansi.ts';
import {formatBytes} from '../../text/bytes.ts';
import {counted} from '../../text/phrases.ts';
import type {Glyphs} from '../glyphs.ts';
import type {ListEntry} from '../list-view.ts';
import {line, type Tone, toned} from '../styled-text.ts';

/** What home tells, as far as it is known already. */
export type HomeData = {
	runs?: readonly RunSummary[];
	/** What the last build differs in from its base. */
	fromBase?: FromBase;
	draft?: SavedDraft;
	presets?: readonly PresetSummary[];
	isos?: readonly IsoChoice[];
	goingOn?: GoingOn;
	workspace?: {path: string; freeBytes: number};
	cleanables?: readonly CleanableThing[];
	host?: HostReadiness;
};

export const entryIds = [
	'again',
	'new',
	'presets',
	'runs',
	'console',
	'verify',
	'doctor',
	'clean',
	'help',
	'quit',
] as const;
export type EntryId = (typeof entryIds)[number];

/** The build that "Build again" is about. */
export const lastBuild = ({runs}: HomeData): RunSummary | undefined =>
	runs?.find(({kind, outcome}) => kind === 'build' && outcome !== 'running');

/**
 * What can be done; building again only where a build was begun: the numbers of the others must not move when the first
 * one is found to go on. `hasBuilt` is what is known before the runs are read.
 */
export function shownEntries(data: HomeData, hasBuilt: boolean): readonly EntryId[] {
	const again = data.runs === undefined ? hasBuilt : data.runs.some(({kind}) => kind === 'build');
	return entryIds.filter(id => id !== 'again' || again);
}

const titles: Record<EntryId, string> = {
	again: 'Build again',
	new: 'New build',
	presets: 'Presets',
	runs: 'Past runs',
	console: 'QEMU console',
	verify: 'Verify or smoke-test an ISO',
	doctor: 'Check this machine',
	clean: 'Clean up',
	help: 'Help',
	quit: 'Quit',
};

/** An entry with what is known of it in a few words. */
export function homeEntry(id: EntryId, data: HomeData, glyphs: Glyphs): ListEntry {
	const [text, tone] = remarkOf(id, data, glyphs);
	return {title: titles[id], right: text === '' ? undefined : line(toned(tone, text))};
}

function remarkOf(id: EntryId, data: HomeData, glyphs: Glyphs): readonly [string, Tone] {
	const {runs, draft, presets, isos, goingOn, cleanables, host} = data;
	const muted = (text: string) => [text, 'muted'] as const;
	switch (id) {
		case 'again':
			return muted(cleanLine(lastBuild(data)?.preset ?? ''));
		case 'new':
			return muted(draft ? 'answers kept' : '');
		case 'presets':
			return muted(countOf(presets));
		case 'runs':
			return goingOn ? [runs ? `${runs.length}, one going on` : 'one going on', 'active'] : muted(countOf(runs));
		case 'console':
			return muted(isos ? counted(isos.length, 'ISO') : '');
		case 'doctor':
			return host === undefined
				? muted('checking')
				: host.failed.length > 0
					? [`${glyphs.warn} ${host.failed.length} to fix`, 'warning']
					: [`${glyphs.pass} nothing to fix`, 'good'];
		case 'clean':
			return muted(cleanables ? `${formatBytes(bytesOf(cleanables))} can go` : '');
		case 'verify':
		case 'help':
		case 'quit':
			return muted('');
		default:
			return id satisfies never;
	}
}

const countOf = (list: readonly unknown[] | undefined) => (list === undefined ? '' : `${list.length}`);

/** What all of these take. */
export const bytesOf = (things: readonly CleanableThing[]): number => things.reduce((sum, {bytes}) => sum + bytes, 0);
