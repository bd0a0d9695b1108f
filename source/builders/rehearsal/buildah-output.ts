import type {BuildNode} from '../../pipeline/events.ts';
import type {Reporter} from '../../pipeline/step.ts';

/** What our own install steps said about a failure: `edge-builder: error: …` and `edge-builder: hint: …`. */
export type SaidFailure = {message: string; hint?: string};

/** Reads buildah's output: each `STEP n/m: …` line begins a build node and ends the one before. */
export function createBuildOutput(report: Pick<Reporter, 'node' | 'progress' | 'now'>) {
	let current: BuildNode | undefined;
	let said: SaidFailure | undefined;
	const finish = (state: BuildNode['state']) => {
		if (!current) return;
		report.node({...current, state, endedAt: report.now()});
		current = undefined;
	};
	const begin = (id: string, name: string) => {
		finish('done');
		current = {id, kind: 'command', name, state: 'running', startedAt: report.now()};
		report.node(current);
	};
	return {
		lines(text: string) {
			for (const line of text.split('\n')) {
				const [, number, total, name] = /^STEP (\d+)\/(\d+): (.*)$/.exec(line) ?? [];
				if (number !== undefined && name !== undefined) {
					begin(`step-${number}`, shortened(name));
					report.progress({done: Number(number) - 1, total: Number(total), unit: 'items', label: 'build steps'});
				} else if (line.startsWith('COMMIT ')) {
					begin('commit', line);
				}
				const [, kind, words] = /^(?:edge-builder|rehearsal): (error|hint): (.*)$/.exec(line) ?? [];
				if (kind === 'error' && words !== undefined) said = {message: words};
				else if (kind === 'hint' && said) said = {...said, hint: words};
			}
		},
		/** Ends the node that runs: `done` after a build that ended well. */
		end: finish,
		said: () => said,
	};
}

// Mount options say nothing to a person; what is run says it all.
const shortened = (name: string) =>
	name
		.replaceAll(/--mount=\S+\s+/g, '')
		.replaceAll(/\s+/g, ' ')
		.trim();
