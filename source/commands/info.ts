import {join, resolve} from 'node:path';
import type {Invocation} from '../app/invocation.ts';
import {loadSettings} from '../app/load-settings.ts';
import {allComplaints, findingLines, warningLine} from '../app/settings-complaints.ts';
import {builderOf} from '../builders/choose-builder.ts';
import {overlayFolder} from '../builders/overlay-files.ts';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {wantedFirmware} from '../firmware/wanted-files.ts';
import {workspaceHolder} from '../host/workspace-lock.ts';
import {firmwarePathsOf, workspaceLock} from '../pipeline/workspace.ts';
import {fieldList} from '../settings/fields.ts';
import {loadsInstallerImage, outputNames} from '../settings/output-names.ts';
import {publicSettings} from '../settings/secrets.ts';
import type {Settings} from '../settings/settings.ts';
import {formatBytes} from '../text/bytes.ts';

/** `edge-builder info`: settings and where each came from, names of the outputs, firmware and overlay state. */
export async function info(invocation: Invocation, {all = false}: {all?: boolean}): Promise<ExitCode> {
	const {host, workspace, print, printJson} = invocation;
	const loaded = await loadSettings(invocation);
	const builder = builderOf(loaded.settings);
	const settings = await builder.resolve(loaded.settings, invocation);
	const names = madeNames(settings);
	const shown = publicSettings(settings);
	const complaints = allComplaints(loaded);
	const firmware = await firmwareState(invocation, settings);
	const holder = await workspaceHolder(workspaceLock(workspace));
	const exitCode = complaints.length > 0 ? exitCodes.usage : exitCodes.done;

	if (invocation.output === 'json') {
		const origins = Object.fromEntries(
			Object.entries(loaded.origins).map(([key, {layer, place}]) => [key, {layer, place}]),
		);
		printJson({
			preset: loaded.presetName,
			...{settings: shown, origins, names, firmware, complaints},
			...{warnings: loaded.passedOver, findings: loaded.findings},
		});
		return exitCode;
	}
	const relevant = fieldList.filter(
		({key, expert, builders}) =>
			all || loaded.origins[key].layer !== 'default' || (!expert && builders.includes(settings.builder)),
	);
	const width = Math.max(...relevant.map(({name}) => name.length));
	const lines = [
		`Preset ${loaded.presetName}, ${builder.title}${builder.rehearsal ? ' (REHEARSAL: NVIDIA packages are stand-ins)' : ''}`,
		'',
		...relevant.map(({name, key}) => {
			const {place, overrode} = loaded.origins[key];
			const over = overrode.length > 0 ? `, over ${overrode.join(', ')}` : '';
			return `  ${name.padEnd(width)}  ${String(shown[key] ?? '') || '(empty)'}  (${place}${over})`;
		}),
		...(all ? [] : ['  --all shows every setting.']),
		'',
		'Outputs',
		`  provider image   ${names.providerImage}`,
		...(names.installerImage === undefined ? [] : [`  installer image  ${names.installerImage}`]),
		`  installer ISO    ${join(workspace.build, names.isoFile)}`,
		`  checksum         ${join(workspace.build, names.checksumFile)}`,
		'',
		`Overlay   ${(await host.files.exists(join(overlayFolder, 'Dockerfile.fragment'))) ? overlayFolder : `MISSING: ${overlayFolder}`}`,
		`Firmware  ${settings.edgeAppliance ? (firmware.length > 0 ? 'on this machine' : 'fetched by the build itself') : 'none, this is a standard image'}`,
		...firmware.map(({name, state}) => `  ${name}: ${state}`),
		`Workspace ${workspace.root}${holder ? `, held by run ${holder.runId} (process ${holder.pid})` : ''}`,
		...loaded.passedOver.map(warning => warningLine(warning)),
		...findingLines(loaded),
		...complaints.map(({place, message, hint}) => `✖ ${place}: ${message}${hint ? `\n  → ${hint}` : ''}`),
	];
	print(`${lines.join('\n')}\n`);
	return exitCode;
}

// An image of which only the name exists would be looked for in vain.
function madeNames(settings: Settings) {
	const names = outputNames(settings);
	if (loadsInstallerImage(settings)) return names;
	const {installerImage: _, platformAliases, ...made} = names;
	return {...made, installerImage: undefined, platformAliases: platformAliases.slice(0, 1)};
}

const firmwareState = ({host, workspace}: Invocation, settings: Settings) =>
	Promise.all(
		wantedFirmware(settings).map(async wanted => {
			const {name, local} = wanted;
			const path =
				local === undefined ? join(firmwarePathsOf(workspace, wanted).folder, name) : resolve(workspace.root, local);
			const file = await host.files.info(path);
			if (file) return {name, state: file.size > 0 ? `${formatBytes(file.size)} at ${path}` : `empty at ${path}`};
			if (local !== undefined) return {name, state: `missing at ${path}`};
			const part = await host.files.info(`${path}.part`);
			return {name, state: part ? `incomplete, ${formatBytes(part.size)} so far` : 'not downloaded'};
		}),
	);
