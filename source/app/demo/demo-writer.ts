import type {BuildNode, CheckResult, PipelineEvent, PipelineEventBody, StepId} from '../../pipeline/events.ts';

const gib = 1024 ** 3;
const gaugeEveryMs = 5000;

/** Writes the demo's events one after the other; time passes only by `wait`, and the machine's gauges with it. */
export class DemoWriter {
	readonly events: PipelineEvent[] = [];
	/** How busy the machine is, from 0 to 1, and how fast its disk fills, in bytes per second. */
	load = {cpu: 0.06, memory: 0.21, fills: 0};
	now: number;
	#gaugeAt: number;
	#free = 162 * gib;

	constructor(startsAt: number) {
		this.now = startsAt;
		this.#gaugeAt = startsAt + gaugeEveryMs;
	}

	wait(milliseconds: number) {
		const end = this.now + milliseconds;
		for (; this.#gaugeAt <= end; this.#gaugeAt += gaugeEveryMs) {
			this.now = this.#gaugeAt;
			this.#free -= (this.load.fills * gaugeEveryMs) / 1000;
			this.add({
				type: 'host',
				cpu: Math.min(1, this.load.cpu * (0.94 + 0.06 * Math.sin(this.#gaugeAt / 9000))),
				memory: this.load.memory,
				disks: [{path: '/home/demo/edge', freeBytes: Math.round(this.#free), totalBytes: 250 * gib}],
			});
		}
		this.now = end;
		return this;
	}

	add(body: PipelineEventBody) {
		this.events.push({seq: this.events.length + 1, at: Math.round(this.now), ...body});
		return this;
	}

	start(step: StepId) {
		return this.add({type: 'step-started', step});
	}

	done(step: StepId) {
		return this.add({type: 'step-finished', step, outcome: {kind: 'done'}});
	}

	note(step: StepId, text: string) {
		return this.add({type: 'log', step, chunk: {stream: 'note', text}});
	}

	/** Lines that a program prints, spread over this time. */
	lines(step: StepId, overMs: number, lines: readonly string[], target?: string) {
		for (const text of lines) {
			this.wait(overMs / lines.length).add({type: 'log', step, chunk: {stream: 'out', text, ...(target && {target})}});
		}
		return this;
	}

	serial(overMs: number, texts: readonly string[]) {
		for (const text of texts) {
			this.wait(overMs / texts.length).add({type: 'log', step: 'smoke-test', chunk: {stream: 'serial', text}});
		}
		return this;
	}

	check(step: StepId, result: CheckResult) {
		return this.add({type: 'check', step, result});
	}

	/** A target or command of the build tree as it is now; asked again with its end, it is that. */
	node(step: StepId, node: BuildNode) {
		return this.add({type: 'build-node', step, node});
	}

	/** A file of so many bytes arriving, a second at a time, at rates that go up and down around `rate` bytes a second. */
	download(label: string, total: number, rate: number) {
		let done = 0;
		for (let second = 1; done < total; second++) {
			const now = rate * (1 + 0.22 * Math.sin(second / 3) + 0.1 * Math.sin(second * 1.7));
			done = Math.min(total, Math.round(done + now));
			this.wait(1000).add({
				type: 'step-progress',
				step: 'fetch-firmware',
				progress: {done, total, unit: 'bytes', rate: Math.round(now), label},
			});
		}
		return this;
	}
}
