import fc from 'fast-check';
import {expect, test} from 'vitest';
import {
	advance,
	firstSpeed,
	obey,
	type Player,
	playerCommands,
	speeds,
	type Timeline,
} from '../../source/pipeline/replay-player.ts';

const minute = 60_000;
const timeline = (sounds: readonly number[], steps: readonly number[] = []): Timeline => ({
	sounds,
	steps,
	length: sounds.at(-1) ?? 0,
});
const playing = (position: number, speed = 1): Player => ({position, isPlaying: true, speed});

const everySecond = timeline(
	Array.from({length: 601}, (_, second) => second * 1000),
	[0, 100_000, 300_000],
);

test('it plays as many times as fast as its speed, and stops at the end', () => {
	expect(advance(playing(0, 10), 1000, everySecond)).toEqual(playing(10_000, 10));
	expect(advance(playing(599_000, 10), 1000, everySecond)).toEqual({position: 600_000, isPlaying: false, speed: 10});
});

test('what is paused stays where it is', () => {
	const paused = {...playing(5000), isPlaying: false};
	expect(advance(paused, minute, everySecond)).toBe(paused);
});

test('a silence of an hour takes two seconds to watch', () => {
	const silent = timeline([0, 60 * minute, 60 * minute + 1000]);
	expect(advance(playing(0), 1000, silent).position).toBe(30 * minute);
	expect(advance(playing(0), 2500, silent).position).toBe(60 * minute + 500);
});

test('it begins so fast that the whole takes about a minute', () => {
	expect([30_000, 10 * minute, 40 * minute, 600 * minute].map(length => firstSpeed(timeline([0, length])))).toEqual([
		1, 10, 30, 100,
	]);
});

test('arrows go by ten seconds, or by a second of watching if that is more', () => {
	expect(obey(playing(60_000, 2), 'back', everySecond).position).toBe(50_000);
	expect(obey(playing(60_000, 30), 'forward', everySecond).position).toBe(90_000);
});

test('brackets go to where steps begin', () => {
	const at = (position: number) => ({...playing(position), isPlaying: false});
	expect(obey(at(100_000), 'nextStep', everySecond).position).toBe(300_000);
	expect(obey(at(300_000), 'nextStep', everySecond).position).toBe(600_000);
	expect(obey(at(300_000), 'previousStep', everySecond).position).toBe(100_000);
	// Else it would never come back beyond a step while it plays.
	expect(obey(playing(100_500), 'previousStep', everySecond).position).toBe(0);
});

test('at the end, playing begins anew', () => {
	const ended = obey(playing(0), 'end', everySecond);
	expect(ended).toMatchObject({position: 600_000, isPlaying: false});
	expect(obey(ended, 'pause', everySecond)).toMatchObject({position: 0, isPlaying: true});
});

test('whatever is pressed, it stays within the recording, and at one of its speeds', () => {
	const sounds = fc.array(fc.nat(7_200_000), {minLength: 1}).map(times => times.toSorted((a, b) => a - b));
	const act = fc.oneof(fc.constantFrom(...playerCommands), fc.nat(10_000));
	fc.assert(
		fc.property(sounds, fc.array(act, {maxLength: 60}), (times, acts) => {
			const line = timeline(times, times.slice(0, 5));
			let player = playing(0, firstSpeed(line));
			for (const act of acts) {
				player = typeof act === 'number' ? advance(player, act, line) : obey(player, act, line);
				expect(player.position).toBeGreaterThanOrEqual(0);
				expect(player.position).toBeLessThanOrEqual(line.length);
				expect(speeds).toContain(player.speed);
				if (player.position === line.length && line.length > 0)
					expect(player.isPlaying && typeof act === 'number').toBe(false);
			}
		}),
	);
});

test('how the time of watching is cut up makes no difference', () => {
	fc.assert(
		fc.property(fc.array(fc.nat(100_000), {minLength: 2, maxLength: 20}), fc.array(fc.nat(500)), (times, ticks) => {
			const line = timeline(times.toSorted((a, b) => a - b));
			const inOne = advance(
				playing(0, 5),
				ticks.reduce((sum, ms) => sum + ms, 0),
				line,
			);
			const inMany = ticks.reduce((player, ms) => advance(player, ms, line), playing(0, 5));
			expect(inMany.position).toBeCloseTo(inOne.position, 3);
		}),
	);
});
