import {drawHelpText} from '../home/draw-help-text.ts';
import {ReadingScreen} from './reading-screen.tsx';
import type {ScreenProps} from './screen-props.ts';

/** The keys, what each entry of the menu does, and where to read more. */
export const HelpScreen = ({actions, go, leave}: ScreenProps) => (
	<ReadingScreen
		title="Help"
		remark={actions.version}
		draw={drawHelpText}
		onBack={() => go({at: 'menu'})}
		onLeave={() => leave(130)}
	/>
);
