import {dirname, join} from 'node:path';
import {stageFile, stageSecret} from '../../../firmware/staging.ts';
import type {StepContext} from '../../../pipeline/step.ts';
import {formatBytes} from '../../../text/bytes.ts';
import {counted} from '../../../text/phrases.ts';
import {authorityFile} from '../edits/forget-authority.ts';
import type {OwnFile} from './own-file.ts';

/** Puts the files that CanvOS takes from its own folder into the source tree, and tells each. */
export async function stageOwnFiles(c: StepContext, staged: readonly OwnFile[]): Promise<void> {
	for (const file of staged) await stageOwnFile(c, file);
	const isKey = ({to}: OwnFile) => to.startsWith('secure-boot/');
	for (const file of staged.filter(one => !isKey(one))) c.report.note(await noteOn(c, file));
	const keys = staged.filter(isKey);
	const folders = [...new Set(keys.map(({from}) => dirname(dirname(from))))];
	if (keys.length > 0)
		c.report.note(
			`${counted(keys.length, 'signing key and certificate', 'signing keys and certificates')} are taken from ${folders.join(' and ')}`,
		);
}

async function noteOn({host, settings}: StepContext, {from, to}: OwnFile) {
	if (to === authorityFile)
		return settings.caOnNodes
			? `The certificate authority of ${from} becomes a trusted root of every node (CA_ON_NODES)`
			: `The images trust the certificate authority of ${from} until they are built; nodes do not (CA_ON_NODES=false)`;
	const size = (await host.files.info(from))?.size ?? 0;
	return `${to} (${formatBytes(size)}) is taken from ${from}`;
}

async function stageOwnFile({host, run, signal, report}: StepContext, {from, to, isSecret, isOfClone}: OwnFile) {
	const target = join(run.tree, to);
	if (isSecret) return stageSecret(host, from, target);
	const total = (await host.files.info(from))?.size;
	// A bundle of gigabytes takes minutes where it can't be linked.
	const onProgress = (done: number) => report.progress({done, total, unit: 'bytes', label: `staging ${to}`});
	await stageFile(host, from, target, {signal, keepsMode: isOfClone, onProgress});
}
