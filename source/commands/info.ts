import {join, resolve} from 'node:path';
import {type ExitCode, exitCodes} from '../exit-codes.ts';
import {firmwarePlaces} from '../firmware/places.ts';
import {wantedFirmware} from '../firmware/wanted.ts';
import {formatBytes} from '../format.ts';
import {packageRoot} from '../host/package-root.ts';
import {workspaceHolder} from '../host/workspace-lock.ts';
import {fieldList} from '../settings/fields.ts';
import {outputNames} from '../settings/names.ts';
import {publicSettings} from '../settings/public.ts';
import type {Settings} from '../settings/settings.ts';
import {builderOf} from './builders.ts';
import type {Invocation} from './invocation.ts';
import {allComplaints, loadSettings} from './load-settings.ts';
import {workspaceLock} from './start-run.ts';

/** `edge-builder info`: settings and where each came from, names of the outputs, firmware and overlay state. */
export const info = async (invocation: Invocation, {all = false}: {all?: boolean}): Promise<ExitCode> => {
	const {host, workspace, stdout} = invocation;
	const loaded = await loadSettings(invocation);
	const builder = builderOf(loaded.settings);
	const settings = await builder.resolve(loaded.settings, invocation);
	const names = outputNames(settings);
	const shown = publicSettings(settings);
	const complaints = allComplaints(loaded);
	const firmware = await firmwareState(invocation, settings);
	const overlay = join(packageRoot, 'overlay');
	const holder = await workspaceHolder(workspaceLock(workspace));
	const exitCode = complaints.length > 0 ? exitCodes.usage : exitCodes.done;

	if (invocation.output === 'json') {
		const origins = Object.fromEntries(
			Object.entries(loaded.origins).map(([key, {layer, place}]) => [key, {layer, place}]),
		);
		stdout.write(
			`${JSON.stringify({preset: loaded.presetName, settings: shown, origins, names, firmware, complaints})}\n`,
		);
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
		`  installer image  ${names.installerImage}`,
		`  installer ISO    ${join(workspace.build, names.isoFile)}`,
		`  checksum         ${join(workspace.build, names.checksumFile)}`,
		'',
		`Overlay   ${(await host.files.exists(join(overlay, 'Dockerfile.fragment'))) ? overlay : `MISSING: ${overlay}`}`,
		`Firmware  ${settings.edgeAppliance ? (firmware.length > 0 ? 'on this machine' : 'fetched by the build itself') : 'none, this is a standard image'}`,
		...firmware.map(({name, state}) => `  ${name}: ${state}`),
		`Workspace ${workspace.root}${holder ? `, held by run ${holder.runId} (process ${holder.pid})` : ''}`,
		...complaints.map(({place, message, hint}) => `✖ ${place}: ${message}${hint ? `\n  → ${hint}` : ''}`),
	];
	stdout.write(`${lines.join('\n')}\n`);
	return exitCode;
};

const firmwareState = ({host, workspace}: Invocation, settings: Settings) =>
	Promise.all(
		wantedFirmware(settings).map(async wanted => {
			const {name, local} = wanted;
			const path =
				local === undefined ? join(firmwarePlaces(workspace, wanted).folder, name) : resolve(workspace.root, local);
			const file = await host.files.info(path);
			if (file) return {name, state: file.size > 0 ? `${formatBytes(file.size)} at ${path}` : `empty at ${path}`};
			if (local !== undefined) return {name, state: `missing at ${path}`};
			const part = await host.files.info(`${path}.part`);
			return {name, state: part ? `incomplete, ${formatBytes(part.size)} so far` : 'not downloaded'};
		}),
	);
