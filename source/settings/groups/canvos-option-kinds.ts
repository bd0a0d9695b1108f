import {text, yesNo} from '../field-kinds.ts';
import type {FieldSpec, Help, SettingPath} from '../field-types.ts';
import type {Rule} from '../text-rules.ts';

type Option = {title: string; question: string; help: Help; arg: string};

/** An option of CanvOS that is on or off, passed on as it is. */
export const switchOf = (option: Option & {default?: boolean}): FieldSpec<boolean> =>
	yesNo({group: 'upstream', default: false, ...option, builders: ['canvos'], expert: true});

/** An option of CanvOS that is a text, passed on as it is. */
export const textOf = (
	option: Option & {rule: Rule; default?: string; defaultText?: string; longest?: number; path?: SettingPath},
): FieldSpec<string> =>
	text({group: 'upstream', default: '', defaultText: 'CanvOS’s own', ...option, builders: ['canvos'], expert: true});
