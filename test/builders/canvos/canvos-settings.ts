import type {Settings} from '../../../source/settings/settings.ts';
import {settingsOf} from '../../settings/settings-of.ts';

/** Settings of a CanvOS build with its defaults. */
export const canvosSettings = (more: Partial<Settings> = {}): Settings => ({...settingsOf('BUILDER=canvos'), ...more});
