import {join} from 'node:path';
import {ownCommand} from '../../../own-command.ts';
import type {Settings} from '../../../settings/settings.ts';
import {type SourceContext, sourceFolder} from '../source/repository-address.ts';

/** Sentences on what people keep in a clone for CanvOS's own script, and this program takes from settings. */
export async function leftInClone(c: SourceContext & {settings: Settings}): Promise<string[]> {
	const clone = sourceFolder(c);
	if (clone === undefined) return [];
	const has = (name: string) => c.host.files.exists(join(clone, name));
	const [userData, arg] = [join(clone, 'user-data'), join(clone, '.arg')];
	return [
		...(c.settings.userData === '' && (await has('user-data'))
			? [`${userData} is not taken: USER_DATA=${userData} would put it into the ISO`]
			: []),
		...((await has('.arg')) ? [`${arg} is not read: ${ownCommand(`presets import ${arg}`)} makes a preset of it`] : []),
	];
}
