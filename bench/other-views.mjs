// The programs that show what others print, from npm, in a folder of the bench.
import {execFileSync} from 'node:child_process';
import {existsSync, readdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

const packages = ['mprocs@0.9.6', 'concurrently@9.2.5', 'listr2@9.0.5'];

/**
 * Fetches them.
 * @returns for each a function from the program that prints to the command line that shows it; none where npm can't fetch.
 */
export function otherViews(folder) {
	const options = ['--no-audit', '--no-fund', '--no-save', '--ignore-scripts'];
	try {
		execFileSync('npm', ['install', '--prefix', folder, ...options, ...packages], {stdio: 'ignore', timeout: 120_000});
	} catch {
		console.log(`live-view: npm could not fetch ${packages.join(', ')}, so only we are measured`);
		return {};
	}
	const modules = join(folder, 'node_modules');
	const listr2 = join(folder, 'listr2.mjs');
	writeFileSync(listr2, listr2View);
	return {
		mprocs: program => [mprocsIn(join(modules, 'mprocs')), '--on-all-finished', '{c: quit}', program],
		concurrently: program => [process.execPath, join(modules, 'concurrently/dist/bin/concurrently.js'), program],
		listr2: program => [process.execPath, listr2, program],
	};
}

// Its cli.js would only be a second process in front of it.
function mprocsIn(folder) {
	const architecture = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
	const name = readdirSync(folder).find(entry => entry.includes(`linux-${architecture}`));
	if (!name || !existsSync(join(folder, name, 'mprocs'))) throw new Error(`no mprocs for ${architecture}`);
	return join(folder, name, 'mprocs');
}

// As its documentation shows the output of a task's program.
const listr2View = `
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {Listr} from 'listr2';
const task = async (_, task) => {
	const child = spawn(process.argv[2]);
	child.stdout.pipe(task.stdout());
	await once(child, 'close');
};
await new Listr([{title: 'storm', task, rendererOptions: {outputBar: 10}}]).run();
`;
