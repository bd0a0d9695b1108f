import type {Reporter} from '../../pipeline/step.ts';

// A package is fetched, unpacked and set up: three lines of apt's and dpkg's output.
const linesEach = 3;
const usualPackages = 170;
// The triggers of the kernel, packing and importing print little and take about a third of the time.
const shareOfPackages = 0.65;

/** Estimates progress from the lines of mmdebstrap --verbose: packages fetched, unpacked and set up. */
export function packageProgress(report: Pick<Reporter, 'progress'>) {
	let done = 0;
	// mmdebstrap counts its packages twice: the essential ones, then the rest. Until the second count this is a guess.
	let counted: number[] = [];
	return (text: string) => {
		const before = done;
		for (const line of text.split('\n')) {
			// Most lines have no such words, and the search for digits before them is slow.
			const found = line.includes(' newly installed') ? /(\d+) newly installed/.exec(line) : null;
			if (found) counted = [...counted, Number(found[1])];
			else if (/^(Get:\d+|Unpacking|Setting up) /.test(line)) done++;
		}
		const packages = counted.length > 1 ? counted.reduce((sum, count) => sum + count, 0) : usualPackages;
		const total = Math.round((packages * linesEach) / shareOfPackages);
		if (done > before) report.progress({done: Math.min(done, total), total, unit: 'items', label: 'package steps'});
	};
}
