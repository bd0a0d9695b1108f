import {basename, join} from 'node:path';
import type {Builder} from '../builders/builder.ts';
import {FixableError} from '../errors.ts';
import {ownCommand} from '../own-command.ts';
import type {Step, StepContext} from '../pipeline/step.ts';

/** ISO and checksum into `build/`: moved, not copied, and owned by the caller. */
export const collect = (builder: Builder): Step => ({
	id: 'collect',
	title: 'Collecting installer ISO and checksum',
	done: 'Installer ISO and checksum collected',
	after: ['installer-iso'],
	exit: 'build',
	target: 'installer-iso',
	inputs: c => builder.isoInputs(c),
	async missing(c, {artifacts}) {
		const before = artifacts.find(({kind}) => kind === 'installer-iso');
		const {iso, checksum} = collectedPaths(c);
		if (!(await c.host.files.exists(iso))) return `${basename(iso)} is gone`;
		const written = await c.host.files.readText(checksum);
		if (written === undefined) return `${basename(checksum)} is gone`;
		if (before?.sha256 === undefined || written !== checksumLine(before.sha256, iso))
			return `${basename(checksum)} was changed`;
		return (await c.host.files.sha256(iso, {signal: c.signal})) === before.sha256
			? undefined
			: `${basename(iso)} was changed`;
	},
	async run(c) {
		const {iso, checksum} = collectedPaths(c);
		const made = builder.isoOutput(c);
		const info = await c.host.files.info(made);
		if (!info) {
			throw new FixableError('iso-missing', `The build ended well, but left no ISO at ${made}`, {
				hint: 'Look at the end of the build log for what was saved.',
			});
		}
		const sha256 = await c.host.files.sha256(made, {
			signal: c.signal,
			onProgress: done => c.report.progress({done, total: info.size, unit: 'bytes', label: 'sha256'}),
		});
		// The checksum goes first: an ISO that is there always has the checksum that belongs to it, or a newer one.
		await c.host.files.write(checksum, checksumLine(sha256, iso));
		await c.host.files.move(made, iso);
		c.report.artifact({kind: 'installer-iso', ref: iso, bytes: info.size, sha256});
		c.report.artifact({kind: 'checksum', ref: checksum});
		return undefined;
	},
});

// As sha256sum writes it, so that `sha256sum -c` reads it.
const checksumLine = (sha256: string, iso: string) => `${sha256}  ${basename(iso)}\n`;

/** Where ISO and checksum of these settings lie after a run. */
export const collectedPaths = ({workspace, names}: Pick<StepContext, 'workspace' | 'names'>) => ({
	iso: join(workspace.build, names.isoFile),
	checksum: join(workspace.build, names.checksumFile),
});

/**
 * Absolute path of the ISO that is in `build/`.
 * @throws {FixableError} when there is none.
 */
export async function neededIso(c: Pick<StepContext, 'host' | 'workspace' | 'names'>): Promise<string> {
	const {iso} = collectedPaths(c);
	if (await c.host.files.exists(iso)) return iso;
	throw new FixableError('iso-missing', `There is no ISO at ${iso}`, {
		hint: `Build it first: ${ownCommand('build')}.`,
		exit: 'usage',
	});
}
