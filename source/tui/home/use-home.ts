import {useEffect, useRef, useState} from 'react';
import type {AppActions} from '../../app/actions.ts';
import {useHostReadiness} from '../use-host-readiness.ts';
import {type HomeData, lastBuild} from './home-entries.ts';

// What takes reading or loading comes after the first frame and the first key, the costlier the later.
const soonMs = 120;
const laterMs = 500;
const againMs = 3000;

/** Everything that home tells, filled in as it becomes known; what can't be found out stays away. */
export function useHome(actions: AppActions): HomeData {
	const [data, setData] = useState<HomeData>({});
	const [host] = useHostReadiness(actions);
	const isWanted = useRef(true);
	const tell = (more: Partial<HomeData>) => isWanted.current && setData(data => ({...data, ...more}));
	const look = <T>(find: Promise<T>, as: (found: T) => Partial<HomeData>) =>
		find.then(
			found => void tell(as(found)),
			() => undefined,
		);

	// biome-ignore lint/correctness/useExhaustiveDependencies: once for each time that home is shown.
	useEffect(() => {
		isWanted.current = true;
		void look(actions.listRuns(), runs => ({runs}));
		const timers = [
			setTimeout(() => {
				void look(actions.workspace(), workspace => ({workspace}));
				void look(actions.loadDraft(), draft => ({draft}));
				void look(actions.listPresets(), presets => ({presets}));
				void look(actions.listIsos(), isos => ({isos}));
			}, soonMs),
			setTimeout(() => void look(actions.listCleanables(), cleanables => ({cleanables})), laterMs),
		];
		return () => {
			isWanted.current = false;
			for (const timer of timers) clearTimeout(timer);
		};
	}, []);
	// biome-ignore lint/correctness/useExhaustiveDependencies: what others do is looked at now and then.
	useEffect(() => {
		const watch = () => void look(actions.goingOn(), goingOn => ({goingOn}));
		watch();
		const timer = setInterval(watch, againMs);
		return () => clearInterval(timer);
	}, []);
	const build = lastBuild(data)?.id;
	// biome-ignore lint/correctness/useExhaustiveDependencies: of another build there are other differences.
	useEffect(() => {
		if (build === undefined) return;
		const timer = setTimeout(() => void look(actions.differencesOfRun(build), fromBase => ({fromBase})), soonMs);
		return () => clearTimeout(timer);
	}, [build]);
	return {...data, host};
}
