import {expect, test} from 'vitest';
import {buildah, limitOptions} from '../../../source/builders/rehearsal/buildah.ts';
import {FixableError, ToolError} from '../../../source/errors.ts';
import type {Command} from '../../../source/host/processes.ts';
import {fakeHost} from '../../helpers/fake-host.ts';

const rootHost = (run: (command: Command) => object, programs = ['buildah']) => {
	const {machine} = fakeHost();
	return fakeHost({machine: {...machine, user: {...machine.user, uid: 0}}, programs, run});
};
const isInfo = ({args}: Command) => args.at(-1) === 'info';

test('a failure is told of buildah, not of the program that gave it mounts of its own', async () => {
	const host = rootHost(command => {
		if (isInfo(command)) return {};
		throw new ToolError(command.program, `Removing image x: ${command.program} failed with exit code 125`, {
			exitCode: 125,
			lastLines: ['Error: x: image not known'],
		});
	});
	await expect(buildah(host, ['rmi', 'x'], {what: 'Removing image x'})).rejects.toMatchObject({
		program: 'buildah',
		message: 'Removing image x: buildah failed with exit code 125',
		lastLines: ['Error: x: image not known'],
	});
});

test('a missing buildah is started by its own name, so that it is told as missing', async () => {
	const host = rootHost(({program}) => {
		throw new FixableError('program-missing', `${program} is not installed`);
	}, []);
	await expect(buildah(host, ['images'], {})).rejects.toThrow('buildah is not installed');
});

test('where the configured storage driver does not work, vfs is taken, and asked about once', async () => {
	const host = rootHost(command => {
		if (isInfo(command) && command.env?.STORAGE_DRIVER === undefined) throw new ToolError('buildah', 'no overlay here');
		return {};
	});
	await buildah(host, ['images'], {});
	await buildah(host, ['containers'], {});
	expect(host.commands.map(({args, env}) => [args.at(-1), env?.STORAGE_DRIVER])).toEqual([
		['info', undefined],
		['info', 'vfs'],
		['images', 'vfs'],
		['containers', 'vfs'],
	]);
});

// buildah 1.39 sets 1048576 unless told otherwise, which ends a build where the hard limit is lower and may not be raised.
test('buildah is told limits that are lower than what it would set, and no others', () => {
	const {machine} = fakeHost();
	const limited = (limits: {processes?: number; openFiles?: number}) => limitOptions({machine: {...machine, limits}});
	expect(limited({processes: 20_000, openFiles: 4096})).toEqual([
		'--ulimit=nproc=20000:20000',
		'--ulimit=nofile=4096:4096',
	]);
	expect(limited({openFiles: 1_048_576})).toEqual([]);
});
