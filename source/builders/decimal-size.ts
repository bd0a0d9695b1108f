const units: Readonly<Record<string, number>> = {B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12};

/** Bytes of a size as Docker (`12.3GB`) and buildah (`522 MB`) write it; 0 for anything else. */
export const bytesOfSize = (size: string): number => {
	const [, amount = '0', unit = ''] = /^([\d.]+)\s*([A-Za-z]+)$/.exec(size.trim()) ?? [];
	return Math.round(Number(amount) * (units[unit.toUpperCase()] ?? 0));
};
