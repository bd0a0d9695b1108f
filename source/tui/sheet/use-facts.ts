import {useEffect, useRef} from 'react';
import type {AppActions} from '../../app/actions.ts';
import {settingsOf} from '../../wizard/settings-of-answers.ts';
import type {Notes, WizardState} from '../../wizard/wizard-state.ts';

/** Finds out what can be chosen, again whenever the answers make something else knowable. */
export function useFacts(
	actions: Pick<AppActions, 'learnFacts' | 'gatherFacts'>,
	state: WizardState,
	tell: (facts: Partial<WizardState['facts']>, notes?: Notes) => void,
) {
	const settings = settingsOf(state);
	const current = useRef(tell);
	current.current = tell;
	// biome-ignore lint/correctness/useExhaustiveDependencies: the facts depend on these settings only.
	useEffect(() => {
		const stop = new AbortController();
		actions
			.learnFacts({
				settings,
				tell: (facts, notes) => !stop.signal.aborted && current.current(facts, notes),
				signal: stop.signal,
			})
			// What cannot be found out is simply not offered.
			.catch(() => undefined);
		return () => stop.abort();
	}, [settings.builder, settings.edgeAppliance, settings.canvosRef, settings.canvosSource]);
	const atReview = state.at === 'review';
	// biome-ignore lint/correctness/useExhaustiveDependencies: files and disks may change any time; the review looks anew.
	useEffect(() => {
		let isOver = false;
		if (atReview) void actions.gatherFacts(settings).then(facts => isOver || current.current(facts));
		return () => {
			isOver = true;
		};
	}, [atReview]);
}
