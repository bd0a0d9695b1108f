import type {PipelineEvent, PipelineEventBody, Sink} from './events.ts';

/** One event stream of a run: stamps, redacts and hands each event to every sink, synchronously and in order. */
export type EventStream = {
	emit(body: PipelineEventBody): void;
	/** Drains the sinks; afterwards the last event is wherever they write. */
	close(): Promise<void>;
	/** Sinks that threw, detached since. */
	broken(): readonly {sink: Sink; error: unknown}[];
};

/**
 * @param redact Takes out what must not be shown, before any sink sees it.
 * @param now Milliseconds since the epoch.
 */
export const createStream = ({
	sinks,
	redact = event => event,
	now = Date.now,
}: {
	sinks: readonly Sink[];
	redact?: (event: PipelineEvent) => PipelineEvent;
	now?: () => number;
}): EventStream => {
	let seq = 0;
	let attached = [...sinks];
	const broken: {sink: Sink; error: unknown}[] = [];
	const detach = (sink: Sink, error: unknown) => {
		attached = attached.filter(other => other !== sink);
		broken.push({sink, error});
	};
	return {
		emit(body) {
			const event = redact({seq: ++seq, at: now(), ...body});
			for (const sink of attached) {
				try {
					sink.accept(event);
				} catch (error) {
					detach(sink, error);
				}
			}
		},
		async close() {
			await Promise.all(attached.map(sink => sink.close?.().catch(error => detach(sink, error))));
		},
		broken: () => broken,
	};
};
