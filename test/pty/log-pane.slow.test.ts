import {chmodSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {workspaceAt} from '../../source/pipeline/workspace.ts';
import {fakeMachine} from '../helpers/fake-machine.ts';
import {follow} from '../helpers/follow.ts';
import {type Program, startProgram} from '../helpers/program.ts';
import {recordRun} from '../helpers/recorded-run.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';
import {until} from '../helpers/until.ts';

const size = {columns: 120, rows: 40};

/** The view of a run that printed sixty lines in its last step, every tenth of them an error, at its log. */
async function lookAtLog() {
	const cwd = temporaryFolder();
	const log = (text: string, target?: string) =>
		({type: 'log', step: 'profile', chunk: {stream: 'out', text, target}}) as const;
	const lines = Array.from({length: 60}, (_, index) =>
		index % 10 === 9 ? `E: no. ${index} is broken` : `no. ${index}`,
	);
	const {id} = recordRun(cwd, {
		preset: 'mine',
		found: [log(lines.slice(0, 30).join('\n'), '+base'), log(lines.slice(30).join('\n'), '+provider-image')],
	});
	writeFileSync(join(workspaceAt(cwd).runs, id, 'logs/profile.log'), `${lines.join('\n')}\n`);
	const pager = join(cwd, 'pager');
	writeFileSync(pager, '#!/bin/sh\necho "reading $*"\ntail -n 1 "$2"\nread -r _\n');
	chmodSync(pager, 0o755);
	const env = {PAGER: `${pager} -x`, EDITOR: `${pager} -e`};
	const program = startProgram(['runs', 'replay', 'last', '--pace', '100000'], {cwd, env, ...size});
	await follow(program, [[], 'at its end'], ['2', '60 lines']);
	return program;
}

test('the log has the colours of programs, whose files have none, and nothing else that they sent', async () => {
	const cwd = temporaryFolder();
	const print = "printf 'plain \\033[32mgreen\\033[0m \\033[2J\\033]0;owned\\007end\\n'; exec sleep 600";
	const program = startProgram(['build', '--preset', 'rehearsal', '--yes'], {
		...{cwd, env: {...fakeMachine({install: print}).env, FORCE_COLOR: '1'}, ...size},
	});
	await program.shows('plain green end');
	expect(program.bytes()).toMatch(/plain (?:\u001B\[\d+m)*\u001B\[32mgreen/);
	expect(program.bytes()).not.toContain('owned');
	const [run = ''] = readdirSync(join(cwd, 'build/runs'));
	expect(readFileSync(join(cwd, 'build/runs', run, 'logs/check-host.log'), 'utf8')).toMatch(/plain green end\n/);
	await follow(program, ['ctrl+c', 'Stop']);
	program.press('y');
	expect(await program.exitCode()).toBe(130);
});

/** A picture comes in pieces; the last of them makes it whole. */
const isWhole = (program: Program) =>
	until(
		() => program.frameFault() === undefined,
		() => `${program.frameFault()}\n${program.screen()}`,
	);

test('f shows what went wrong, or one target; Esc shows everything again', async () => {
	const program = await lookAtLog();
	await follow(
		program,
		['f', /errors and warnings +6 lines/],
		[['down', 'enter'], '6 lines, only errors and warnings'],
		['f', /\+provider-image +30 lines/],
		[['down', 'down', 'down', 'enter'], '30 lines, only +provider-image'],
		['escape', '60 lines'],
	);
	await isWhole(program);
});

test('a search says which match it is at, e goes to errors, and t says when lines came', async () => {
	const program = await lookAtLog();
	await follow(
		program,
		[['/', 'no. 1', 'enter'], '1 of 11 for "no. 1"'],
		['n', '2 of 11'],
		[['N', 'N'], '11 of 11'],
		['e', '11 matches'],
		['t', /\+1\.0s E: no\. 29 is broken/],
		['t', /\d\d:\d\d:\d\d E: no\. 29 is broken/],
	);
});

test('c and C hand lines to the clipboard of the terminal', async () => {
	const program = await lookAtLog();
	const copied = (text: string) => `\u001B]52;c;${Buffer.from(text).toString('base64')}\u0007`;
	await follow(program, ['e', 'E: no. 9 is broken'], ['c', 'copied 1 line, if the terminal allows it']);
	expect(program.bytes()).toContain(copied('E: no. 9 is broken'));
	await follow(program, ['escape', '60 lines'], ['C', /copied \d+ lines/]);
	expect(program.bytes()).toMatch(/\]52;c;[^\u0007]{100,}/);
	await isWhole(program);
});

test('o opens the whole log in $PAGER, O in $EDITOR at the marked line, and the view comes back whole', async () => {
	const program = await lookAtLog();
	await follow(program, ['o', /reading -x \S+logs\/profile\.log\s+E: no\. 59/], ['enter', '60 lines']);
	await isWhole(program);
	await follow(program, ['e', 'E: no. 9 is broken'], ['O', /reading -e \+10 \S+profile\.log/], ['enter', 'at its end']);
	await isWhole(program);
});
