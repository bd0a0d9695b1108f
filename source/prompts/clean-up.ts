import {cleanLine} from '../text/ansi.ts';
import {formatBytes} from '../text/bytes.ts';
import {chooseSeveral} from './choose-several.ts';
import type {Doing} from './doing.ts';

/** Shows what takes up room, and removes what is chosen. */
export const cleanUp: Doing = async ({asker, actions}) => {
	asker.say('Looking at what takes up room.');
	const things = await actions.listCleanables();
	if (things.length === 0) {
		asker.say('There is nothing to clean.');
		return undefined;
	}
	const titles = await chooseSeveral(
		asker,
		things.map(({title, bytes, isDear}) => ({
			name: `${cleanLine(title)}, ${formatBytes(bytes)}${isDear ? '; a build has to fetch it again' : ''}`,
			value: title,
		})),
	);
	asker.say(titles.length === 0 ? 'Nothing was removed.' : `Gave back ${formatBytes(await actions.clean(titles))}.`);
	return undefined;
};
