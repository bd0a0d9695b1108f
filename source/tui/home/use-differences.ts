import {useEffect, useState} from 'react';
import type {FromBase, RunSummary} from '../../app/actions.ts';

// Who goes through the list with a key held down asks nothing of those in between.
const restMs = 150;

/** What a run differs in from the nearest shipped preset, once it is known. */
export function useDifferences(run: RunSummary | undefined, find: (id: string) => Promise<FromBase | undefined>) {
	const [known, setKnown] = useState<{id: string; fromBase?: FromBase}>();
	const id = run?.id;
	// biome-ignore lint/correctness/useExhaustiveDependencies: a record stays as it is.
	useEffect(() => {
		if (id === undefined) return;
		let isWanted = true;
		const timer = setTimeout(() => {
			find(id).then(
				fromBase => isWanted && setKnown({id, fromBase}),
				// A record that can't tell it shows less.
				() => undefined,
			);
		}, restMs);
		return () => {
			isWanted = false;
			clearTimeout(timer);
		};
	}, [id]);
	return known !== undefined && known.id === id ? known.fromBase : undefined;
}
