import {join} from 'node:path';
import type {StepContext} from '../../pipeline/step.ts';
import {fixedDate, readFolder} from './rehearsal-overlay.ts';

/** Packages of the repository inside the host package; the host package itself is made from `doca-host`. */
const repositoryPackages = [
	...['doca-all', 'mft', 'rshim'],
	...['mlnx-ofed-kernel-dkms', 'kernel-mft-dkms', 'mlnx-nfsrdma-dkms'],
];

/**
 * Makes the stand-in of NVIDIA's doca-host package: like the real one it unpacks a repository and registers it, and all
 * that is in the repository are stand-ins. The same version and architecture give the same bytes, on any machine.
 * @param target Absolute path of the .deb to make.
 */
export async function makeDocaHost(
	c: Pick<StepContext, 'host' | 'signal' | 'report'>,
	{
		sources,
		work,
		target,
		version,
		arch,
	}: {sources: string; work: string; target: string; version: string; arch: string},
): Promise<void> {
	const values = {'@VERSION@': `${version}+rehearsal`, '@ARCH@': arch};
	const repository = join(work, 'doca-host', 'usr', 'share', `doca-host-${values['@VERSION@']}`, 'repo');
	await c.host.files.makeFolder(repository);
	for (const name of repositoryPackages) {
		await unpackTemplate(c, join(sources, name), join(work, name), values);
		await pack(c, join(work, name), join(repository, `${name}_${values['@VERSION@']}.deb`));
	}
	await unpackTemplate(c, join(sources, 'doca-host'), join(work, 'doca-host'), values);
	const index = await ftparchive(c, ['packages', '.'], repository);
	await c.host.files.write(join(repository, 'Packages'), index);
	// Made before it is written: apt-ftparchive would list its own half-written file.
	const release = await ftparchive(
		c,
		['-o', 'APT::FTPArchive::Release::Origin=REHEARSAL stand-in of NVIDIA DOCA', 'release', '.'],
		repository,
	);
	// It always takes today's date, which would make each package another one.
	await c.host.files.write(
		join(repository, 'Release'),
		release.replace(/^Date: .*$/m, 'Date: Wed, 01 Jan 2020 00:00:00 +0000'),
	);
	await pack(c, join(work, 'doca-host'), target);
}

async function unpackTemplate(
	{host}: Pick<StepContext, 'host'>,
	from: string,
	to: string,
	values: Readonly<Record<string, string>>,
) {
	const fill = (text: string) =>
		Object.entries(values).reduce((filled, [name, value]) => filled.replaceAll(name, value), text);
	for (const {path, mode, content} of await readFolder(host, from)) {
		const target = join(to, fill(path));
		await host.files.write(target, fill(content), {mode});
		await host.files.setMode(target, mode);
	}
}

const pack = ({host, signal, report}: Pick<StepContext, 'host' | 'signal' | 'report'>, tree: string, target: string) =>
	host.run({
		program: 'sh',
		// Members are stored, so that no version of a compressor makes other bytes of them. The umask decides the modes of
		// folders, and they are part of the package.
		args: [
			'-c',
			'find "$1" -type d -exec chmod 0755 {} + && exec dpkg-deb --root-owner-group -Znone --build "$1" "$2"',
			'sh',
			tree,
			target,
		],
		env: {SOURCE_DATE_EPOCH: fixedDate},
		signal,
		onLines: (text, stream) => report.log({stream, text}),
		what: 'Making a stand-in package',
		hint: 'It needs the package dpkg (dpkg-deb).',
	});

async function ftparchive({host, signal}: Pick<StepContext, 'host' | 'signal'>, args: readonly string[], cwd: string) {
	const {stdout} = await host.run({
		program: 'apt-ftparchive',
		args,
		cwd,
		env: {SOURCE_DATE_EPOCH: fixedDate},
		signal,
		what: 'Making the index of the stand-in repository',
		hint: 'Install apt-utils.',
	});
	return stdout;
}
