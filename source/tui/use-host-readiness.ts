import {useCallback, useEffect, useState} from 'react';
import type {AppActions, HostReadiness} from '../app/actions.ts';
import type {Settings} from '../settings/settings.ts';

const pauseMs = 100;

/**
 * What stands between this machine and a build, once it is known, and a function to look again. Without settings it is
 * for those that the wizard begins with.
 */
export function useHostReadiness(
	actions: Pick<AppActions, 'hostReadiness'>,
	settings?: Settings,
): [HostReadiness | undefined, () => void] {
	const [readiness, setReadiness] = useState<HostReadiness>();
	const [asked, setAsked] = useState(0);
	const wanted = settings && JSON.stringify([settings.builder, settings.arch, settings.runner, settings.memory]);
	// biome-ignore lint/correctness/useExhaustiveDependencies: other answers don't change what this machine needs.
	useEffect(() => {
		let isWanted = true;
		setReadiness(undefined);
		const check = () =>
			actions.hostReadiness({settings, fresh: asked > 0}).then(
				found => isWanted && setReadiness(found),
				// A run makes the checks again and tells what couldn't be found out.
				() => undefined,
			);
		// After the first frame and the first key: loading what checks takes longer than drawing.
		const timer = setTimeout(check, pauseMs);
		return () => {
			isWanted = false;
			clearTimeout(timer);
		};
	}, [wanted, asked]);
	return [readiness, useCallback(() => setAsked(count => count + 1), [])];
}
