import type {Invocation} from '../app/invocation.ts';
import {loadSettings} from '../app/load-settings.ts';
import type {NetworkNeed} from '../builders/builder.ts';
import {builderOf} from '../builders/choose-builder.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';

/** `edge-builder info --network`: every place that a build with these settings fetches from. */
export async function infoNetwork(invocation: Invocation): Promise<ExitCode> {
	const {host, workspace, print, printJson, output} = invocation;
	const {settings, presetName} = await loadSettings(invocation);
	const builder = builderOf(settings);
	const needs = await builder.networkNeeds({settings, host, workspace});
	if (output === 'json') {
		printJson({preset: presetName, builder: builder.id, network: needs});
		return exitCodes.done;
	}
	print(
		[
			`A build of preset ${presetName} (${builder.title}) fetches from these places, where it is not here already:`,
			'',
			...needs.flatMap(linesOf),
			'',
			'What a RUN step fetches goes through HTTPS_PROXY and HTTP_PROXY; no registry mirror stands for it.',
		]
			// A rehearsal has no such steps.
			.slice(0, builder.rehearsal ? -2 : undefined)
			.concat('')
			.join('\n'),
	);
	return exitCodes.done;
}

const linesOf = ({host, by, for: reason, setting, mirrors = []}: NetworkNeed): string[] => [
	`  ${host}`,
	`      ${reason}; by ${by}`,
	...(mirrors.length > 0 ? [`      first asked: ${mirrors.join(', ')}`] : []),
	...(setting === undefined ? [] : [`      another place: ${setting}`]),
];
