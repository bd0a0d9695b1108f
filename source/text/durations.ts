import {counted} from './phrases.ts';

/** A span of time for people: `0.4s`, `42s`, `4m 05s`, `1h 04m`, `3d 02h`. */
export function formatDuration(milliseconds: number): string {
	const ms = Math.max(0, finite(milliseconds));
	if (ms < 9950) return `${(ms / 1000).toFixed(1)}s`;
	const seconds = Math.round(ms / 1000);
	if (seconds < 60) return `${seconds}s`;
	if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`;
	// Rounded to the unit shown, so 59m 59.6s does not become "1h 60m".
	const minutes = Math.round(seconds / 60);
	if (minutes < 24 * 60) return `${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`;
	const hours = Math.round(minutes / 60);
	return `${Math.floor(hours / 24)}d ${two(hours % 24)}h`;
}

/** Milliseconds until `total` at this rate per second; undefined where no honest guess can be made. */
export function remainingMs({done, total, rate}: {done: number; total?: number; rate?: number}): number | undefined {
	if (total === undefined || rate === undefined || !(rate > 0) || !Number.isFinite(total - done)) return undefined;
	return (Math.max(0, total - done) / rate) * 1000;
}

/** Estimated time left: `about 4m 05s left`; undefined where no honest guess can be made. */
export function formatEta(progress: {done: number; total?: number; rate?: number}): string | undefined {
	const ms = remainingMs(progress);
	if (ms === undefined) return undefined;
	if (ms < 1000) return 'almost done';
	// Whole seconds: tenths in a guess pretend to know more than it does.
	return `about ${ms < 60_000 ? `${Math.ceil(ms / 1000)}s` : formatDuration(ms)} left`;
}

/** A span between two durations in whole minutes, or seconds below one: `12–18 min`, `5 min`, `20–40 s`. */
export function formatSpan(leastMs: number, mostMs: number): string {
	const [unit, name] = mostMs < 90_000 ? [1000, 's'] : [60_000, 'min'];
	const [least, most] = [leastMs, mostMs].map(ms => Math.max(1, Math.round(finite(ms) / unit)));
	return least === most ? `${most} ${name}` : `${least}–${most} ${name}`;
}

/** Time of day on this machine's clock: `14:05:09`. */
export function formatClock(at: number): string {
	const date = new Date(at);
	return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** Day and time on this machine's clock: `2026-11-22 14:05`. */
export function formatDay(at: number): string {
	const date = new Date(at);
	return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** How long ago: `just now`, `5 minutes ago`, `yesterday`, `3 days ago`. */
export function formatAge(at: number, now: number): string {
	const minutes = Math.floor(Math.max(0, now - at) / 60_000);
	if (minutes < 1) return 'just now';
	if (minutes < 60) return `${counted(minutes, 'minute')} ago`;
	const hours = Math.floor(minutes / 60);
	if (hours < 24) return `${counted(hours, 'hour')} ago`;
	const days = Math.floor(hours / 24);
	return days === 1 ? 'yesterday' : `${days} days ago`;
}

const two = (value: number) => String(value).padStart(2, '0');

const finite = (value: number) => (Number.isFinite(value) ? value : 0);
