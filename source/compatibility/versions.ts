/** Compares `v4.8.10` with `4.9.0-rc.2` number by number; NaN when one of them is no version. A suffix comes before the release. */
export const compareVersions = (a: string, b: string): number => {
	const left = parse(a);
	const right = parse(b);
	if (!left || !right) return Number.NaN;
	for (let index = 0; index < Math.max(left.numbers.length, right.numbers.length); index++) {
		const difference = (left.numbers[index] ?? 0) - (right.numbers[index] ?? 0);
		if (difference !== 0) return difference;
	}
	return left.suffix === right.suffix
		? 0
		: left.suffix === ''
			? 1
			: right.suffix === ''
				? -1
				: left.suffix < right.suffix
					? -1
					: 1;
};

const parse = (version: string) => {
	const match = /^v?(\d+(?:\.\d+)*)(?:-(.+))?$/.exec(version);
	return match ? {numbers: (match[1] ?? '').split('.').map(Number), suffix: match[2] ?? ''} : undefined;
};
