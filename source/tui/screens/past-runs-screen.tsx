import {useState} from 'react';
import type {RunComparison} from '../../app/actions.ts';
import {drawRunComparison} from '../home/draw-difference.ts';
import {ReadingScreen} from './reading-screen.tsx';
import {RunListScreen} from './run-list-screen.tsx';
import type {ScreenProps} from './screen-props.ts';

/** The list of past runs, and what two of them differ in. */
export function PastRunsScreen(props: ScreenProps & {mark?: number}) {
	const [mark, setMark] = useState(props.mark);
	const [compared, setCompared] = useState<RunComparison>();
	if (compared !== undefined) {
		return (
			<ReadingScreen
				title="What differs between two runs"
				draw={(width, glyphs) => drawRunComparison(compared, width, glyphs)}
				onBack={() => setCompared(undefined)}
				onLeave={() => props.leave(130)}
			/>
		);
	}
	return (
		<RunListScreen
			{...props}
			mark={mark}
			onCompared={(comparison, at) => {
				setMark(at);
				setCompared(comparison);
			}}
		/>
	);
}
