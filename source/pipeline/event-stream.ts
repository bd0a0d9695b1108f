import type {PipelineEvent, PipelineEventBody, Sink} from './events.ts';

/** One event stream of a run: stamps, redacts and hands each event to every sink, synchronously and in order. */
export type EventStream = {
	emit(body: PipelineEventBody): void;
	/** The time that an event would be stamped with. */
	now(): number;
	/** Drains the sinks; afterwards the last event is wherever they write. */
	close(): Promise<void>;
};

/**
 * @param onBroken Told of every sink that threw; it is detached.
 * @param now Milliseconds since the epoch; never goes back, since durations are differences of events.
 * @param redact Takes out what must not be shown, before any sink sees it.
 */
export function createStream({
	sinks,
	onBroken,
	now,
	redact = event => event,
}: {
	sinks: readonly Sink[];
	onBroken(error: unknown): void;
	now(): number;
	redact?: (event: PipelineEvent) => PipelineEvent;
}): EventStream {
	let seq = 0;
	let attached = [...sinks];
	const detach = (sink: Sink, error: unknown) => {
		attached = attached.filter(other => other !== sink);
		onBroken(error);
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
		now,
		async close() {
			await Promise.all(attached.map(sink => sink.close?.().catch(error => detach(sink, error))));
		},
	};
}
