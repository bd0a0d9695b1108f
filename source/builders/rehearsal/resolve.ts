import type {Settings} from '../../settings/settings.ts';

/**
 * What only a rehearsal knows: the release it plays (the chosen CanvOS tag, when it is one), and that DOCA comes from the
 * stand-in package, since NVIDIA's own repository has no stand-ins.
 */
export const resolve = async (settings: Settings): Promise<Settings> => ({
	...settings,
	peVersion: settings.peVersion || (/^v\d+\.\d+\.\d+$/.test(settings.canvosRef) ? settings.canvosRef : 'v0.0.0'),
	docaSource: 'deb',
});
