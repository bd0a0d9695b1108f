import prettyBytes from 'pretty-bytes';

/** Bytes for people, in powers of 1000 as disks, registries and NVIDIA count them: `0 B`, `934 B`, `1.4 GB`, `64 MB`. */
export function formatBytes(bytes: number): string {
	return prettyBytes(Number.isFinite(bytes) ? Math.max(0, Math.round(bytes)) : 0);
}

/** Bytes per second for people: `12 MB/s`. */
export function formatRate(bytesPerSecond: number): string {
	return `${formatBytes(bytesPerSecond)}/s`;
}

/** Bytes of a size as Docker (`12.3GB`) and buildah (`522 MB`) write it; 0 for anything else. */
export function bytesOfSize(size: string): number {
	const [, amount = '0', unit = ''] = /^([\d.]+)\s*([A-Za-z]+)$/.exec(size.trim()) ?? [];
	return Math.round(Number(amount) * (decimalUnits[unit.toUpperCase()] ?? 0)) || 0;
}

const decimalUnits: Readonly<Record<string, number>> = {B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12};
