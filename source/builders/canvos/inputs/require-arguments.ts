import {FixableError} from '../../../errors.ts';
import {
	argumentMeant,
	argumentStanding,
	canvosArgumentsIn,
	declaredArguments,
} from '../../../settings/canvos-arguments.ts';
import type {Settings} from '../../../settings/settings.ts';

/**
 * Looks whether the Earthfile that is built declares the further arguments, which can't be told before it is fetched.
 * @throws {FixableError} naming the first that neither it nor any release has
 */
export function requireArguments({canvosArguments, canvosRef}: Settings, earthfile: string): void {
	const declared = declaredArguments(earthfile);
	const unknown = canvosArgumentsIn(canvosArguments).find(
		([name]) => argumentStanding(name, declared) === 'unknown',
	)?.[0];
	if (unknown === undefined) return;
	throw new FixableError('canvos-argument-unknown', `CanvOS ${canvosRef} has no argument ${unknown}`, {
		hint: argumentMeant(unknown, declared) ?? 'Leave it out, or choose a release that has it.',
		exit: 'usage',
	});
}
