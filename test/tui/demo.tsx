// The screens with a world in memory behind them, to look at: bundle with esbuild and run, `demo.mjs [menu|wizard|run|…]`.
import type {PipelineEvent} from '../../source/pipeline/events.ts';
import {createRunStore} from '../../source/pipeline/run-store.ts';
import type {RunEnd, RunHandle} from '../../source/tui/app-actions.ts';
import {runApp} from '../../source/tui/run-app.tsx';
import {eventsOfFailure, eventsToTheEnd} from '../helpers/events.ts';
import {fakeActions} from '../helpers/fake-actions.ts';

const [, , first = 'menu', pace = '6'] = process.argv;

/** Plays recorded events at a multiple of their pace. */
const played = (events: readonly PipelineEvent[]): RunHandle => {
	const store = createRunStore();
	const ended = Promise.withResolvers<RunEnd>();
	let stopped = false;
	const play = async () => {
		let before = events[0]?.at ?? 0;
		for (const event of events) {
			if (stopped) break;
			await new Promise(resolve => setTimeout(resolve, (event.at - before) / Number(pace)));
			before = event.at;
			store.accept(event);
		}
		if (stopped) store.accept({seq: 9999, at: before, type: 'run-finished', outcome: 'cancelled'});
		ended.resolve({outcome: stopped ? 'cancelled' : 'passed', exitCode: stopped ? 130 : 0, runId: 'demo'});
	};
	void play();
	return {
		store,
		finished: ended.promise,
		cancel: () => {
			stopped = true;
		},
	};
};

const actions = fakeActions({
	startRun: async () => played(eventsToTheEnd().events),
	openConsole: async ({name}) => {
		process.stdout.write(`(console of ${name}: a second)\n`);
		await new Promise(resolve => setTimeout(resolve, 1000));
		return {};
	},
});

const end = await runApp(actions, {
	initial:
		first === 'run'
			? {run: played(eventsToTheEnd().events)}
			: first === 'fail'
				? {run: played(eventsOfFailure().events)}
				: (first as 'menu' | 'wizard' | 'doctor' | 'console'),
	colour: process.env.NO_COLOR === undefined,
	unicode: process.env.TERM !== 'linux',
});
console.log(`Left with exit code ${end.exitCode}.`);
