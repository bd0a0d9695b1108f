import {argumentMeant, argumentStanding, canvosArgumentsIn} from '../../settings/canvos-arguments.ts';
import {fields} from '../../settings/fields.ts';
import type {Settings} from '../../settings/settings.ts';
import {canvosLine} from '../canvos-release-lines.ts';
import {type Facts, ifKnown} from '../facts.ts';
import {forCanvos, type Judgement, type Rule} from '../rule.ts';

function judge({canvosArguments, canvosRef, canvosSource}: Settings, facts: Facts): Judgement {
	const declared = ifKnown(facts.earthfileArguments);
	// What the table of arguments lacks no release of this repository has, fetched or not.
	const isListed = canvosSource === fields.canvosSource.default && canvosLine(canvosRef) !== undefined;
	const names = canvosArgumentsIn(canvosArguments).map(([name]) => name);
	const those = (...standings: ReturnType<typeof argumentStanding>[]) =>
		names.filter(name => standings.includes(argumentStanding(name, declared)));
	// Earthly takes a name that nothing declares without a word, so a slip would build something else than was meant.
	const [unknown] = those('unknown', ...(isListed ? (['not known yet'] as const) : []));
	if (unknown !== undefined)
		return {message: `CanvOS ${canvosRef} has no argument ${unknown}`, hint: hintFor(argumentMeant(unknown, declared))};
	// A file for several releases has those of all of them.
	const idle = those('without effect');
	if (idle.length > 0) {
		return {
			message: `${idle.join(', ')} ${idle.length === 1 ? 'has' : 'have'} no effect: other releases of CanvOS know it, ${canvosRef} does not`,
			severity: 'warning',
		};
	}
	const later = those('not known yet');
	return later.length > 0
		? {
				message: `whether CanvOS ${canvosRef} has ${later.join(', ')} is not known before it is fetched`,
				severity: 'warning',
				hint: 'The build stops before anything is built where it has not.',
			}
		: undefined;
}

const hintFor = (meant: string | undefined) => meant && `${meant} Else leave it out.`;

/** Further arguments for the Earthfile of the chosen release. */
export const argumentRules: readonly Rule[] = forCanvos([
	{
		id: 'S19',
		severity: 'error',
		keys: ['canvosArguments', 'canvosRef'],
		judge,
		why: 'Earthly passes over arguments that its Earthfile does not declare, in silence.',
		hint: 'Leave it out, or choose a release that has it.',
	},
]);
