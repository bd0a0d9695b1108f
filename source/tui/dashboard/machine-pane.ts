import type {DiskReading} from '../../pipeline/events.ts';
import {fullBeforeEndMs} from '../../pipeline/full-before-end.ts';
import {cleanLine} from '../../text/ansi.ts';
import {formatBytes} from '../../text/bytes.ts';
import {formatSpan} from '../../text/durations.ts';
import {percentOf} from '../../text/numbers.ts';
import {bar} from '../charts.ts';
import type {Glyphs} from '../glyphs.ts';
import {fitTo, type Line, line, type Tone, toned} from '../styled-text.ts';
import type {DrawPane} from './pane-drawing.ts';

/** How busy this machine is: processors, memory, and what is free on the disks that the build fills. */
export const drawMachine: DrawPane = ({snapshot, glyphs}, {width}) => {
	const {machine} = snapshot.state;
	if (machine === undefined) return {rows: []};
	return {
		rows: [
			gauge('CPU', machine.cpu, `${percentOf(machine.cpu, 1)}%`, {width, glyphs, limits: [1.1, 1.2]}),
			gauge('Memory', machine.memory, `${percentOf(machine.memory, 1)}%`, {width, glyphs, limits: [0.85, 0.95]}),
			...machine.disks.map(disk => diskGauge(disk, fullBeforeEndMs(snapshot.state, disk.path), {width, glyphs})),
		],
	};
};

// Hardly time to make room.
const soonMs = 5 * 60_000;

type GaugeOptions = {width: number; glyphs: Glyphs; limits: readonly [number, number]};

function gauge(name: string, share: number, words: string, {width, glyphs, limits}: GaugeOptions): Line {
	const tone: Tone = share >= limits[1] ? 'bad' : share >= limits[0] ? 'warning' : 'accent';
	const isTight = share >= limits[0] ? ` ${glyphs.warn}` : '';
	const nameWidth = Math.min(10, Math.floor(width / 3));
	const wordsWidth = Math.max(words.length + isTight.length, 10);
	return line(
		fitTo(line(toned('muted', name)), nameWidth, glyphs.ellipsis),
		' ',
		bar(share, 1, Math.max(0, width - nameWidth - wordsWidth - 2), glyphs, tone),
		' ',
		toned(isTight === '' ? 'plain' : tone, `${words}${isTight}`.padStart(wordsWidth)),
	);
}

function diskGauge(
	{path, freeBytes, totalBytes}: DiskReading,
	fullMs: number | undefined,
	o: {width: number; glyphs: Glyphs},
) {
	const share = totalBytes > 0 ? 1 - freeBytes / totalBytes : 0;
	const name = path === '/' ? 'Disk /' : (cleanLine(path).split('/').at(-1) ?? path);
	if (fullMs === undefined) return gauge(name, share, `${formatBytes(freeBytes)} free`, {...o, limits: [0.9, 0.97]});
	const limits = fullMs < soonMs ? ([0, 0] as const) : ([0, 1.1] as const);
	return gauge(name, share, `full in ${formatSpan(fullMs, fullMs)}`, {...o, limits});
}
