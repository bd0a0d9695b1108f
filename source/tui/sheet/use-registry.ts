import {useEffect, useState} from 'react';
import type {AppActions} from '../../app/actions.ts';
import type {Verdict} from '../../pipeline/events.ts';
import type {Settings} from '../../settings/settings.ts';

// Longer than the pause between two letters.
const pauseMs = 400;

/** Whether the registry that a real build is for answers, asked in the background once its name stands. */
export function useRegistry(
	{askRegistry}: Pick<AppActions, 'askRegistry'>,
	settings: Settings,
): {verdict: Verdict; detail: string} | undefined {
	const [state, setState] = useState<{verdict: Verdict; detail: string}>();
	const {builder, imageRegistry, httpProxy, httpsProxy, noProxy, caFile} = settings;
	// biome-ignore lint/correctness/useExhaustiveDependencies: only these settings lead to the registry.
	useEffect(() => {
		setState(undefined);
		if (builder !== 'canvos') return;
		const stop = new AbortController();
		const timer = setTimeout(() => {
			askRegistry({settings, signal: stop.signal}).then(
				found => stop.signal.aborted || setState(found),
				// What can't be asked is left out; the check of the machine tells more.
				() => undefined,
			);
		}, pauseMs);
		return () => {
			clearTimeout(timer);
			stop.abort();
		};
	}, [builder, imageRegistry, httpProxy, httpsProxy, noProxy, caFile]);
	return state;
}
