import {useEffect, useRef} from 'react';
import type {AppActions, SavedLayout} from '../../app/actions.ts';
import type {DashboardView} from './dashboard-view.ts';

/** Begins with the layout of the last time, and keeps what the person makes of it. */
export function useSavedLayout(
	memory: AppActions['dashboardLayout'] | undefined,
	{arrangement, zoomed}: DashboardView,
	change: (to: (view: DashboardView) => DashboardView) => void,
): void {
	const kept = useRef<SavedLayout>(undefined);
	const shown = useRef<SavedLayout>({arrangement, zoomed});
	shown.current = {arrangement, zoomed};
	useEffect(() => {
		memory?.load().then(saved => {
			kept.current = saved ?? shown.current;
			if (saved) change(view => ({...view, ...saved}));
		});
	}, [memory, change]);
	useEffect(() => {
		const before = kept.current;
		if (before === undefined || (before.arrangement === arrangement && before.zoomed === zoomed)) return;
		kept.current = {arrangement, zoomed};
		memory?.save(kept.current);
	}, [memory, arrangement, zoomed]);
}
