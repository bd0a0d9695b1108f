import {argumentProblem, canvosArgumentsIn, readCanvosArguments} from '../canvos-arguments.ts';
import {text} from '../field-kinds.ts';
import type {FieldSpecs, Parsed} from '../field-types.ts';
import type {Settings} from '../settings.ts';

/** Arguments of CanvOS that have no setting of their own. */
export const furtherArgumentFields = {
	canvosArguments: {
		...text({
			group: 'upstream',
			title: 'Further arguments of CanvOS',
			question: 'Which further arguments does CanvOS get?',
			help: {
				what: 'Words NAME=value for CanvOS’s .arg, with quotes around values that contain blanks.',
				why: 'For arguments of its Earthfile that have no setting here, such as MY_ORG or MAAS_IMAGE_NAME.',
				safe: 'empty',
				breaks: 'A name that the release does not have is refused; what a value breaks is found by the build.',
			},
			rule: readCanvosArguments,
			longest: 4096,
			default: '',
			builders: ['canvos'],
			expert: true,
		}),
		normalise: withoutOwnSetting,
	},
} satisfies FieldSpecs;

function withoutOwnSetting(value: string, settings: Settings): Parsed<string> {
	const names = Object.keys(settings).map(key => key.replace(/[A-Z]/g, letter => `_${letter}`).toUpperCase());
	const [problem] = canvosArgumentsIn(value).flatMap(([name]) => argumentProblem(name, names) ?? []);
	return problem ?? {value};
}
