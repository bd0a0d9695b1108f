import {describe, expect, test} from 'vitest';
import {fakeMachine} from '../helpers/fake-machine.ts';
import {follow} from '../helpers/follow.ts';
import {toReview} from '../helpers/home-keys.ts';
import {ordinaryUser} from '../helpers/ordinary-user.ts';
import {startProgram} from '../helpers/program.ts';
import {runProgram} from '../helpers/run-program.ts';
import {temporaryFolder} from '../helpers/temporary-folder.ts';

const verify = ['verify', 'image', '--preset', 'rehearsal'];
const ofApt = (calls: readonly string[]) => calls.filter(call => /^(sudo .*)?apt-get /.test(call));
const installLine = /apt-get update && apt-get \S+ \S+ install -y --no-install-recommends .*buildah/;

/** A sudo that wants a password once, and says so where it may not ask. */
const asksForPassword = `granted="\${0%/*}/../granted"
if [ ! -e "$granted" ]; then
	if [ "$1" = -n ]; then echo 'sudo: a password is required' >&2; exit 1; fi
	printf '[sudo] password for builder: '; read -r word
	[ "$word" = secret ] || { echo 'sudo: 1 incorrect password attempt'; exit 1; }
	: > "$granted"
fi`;

describe('somebody who isn’t root and whose machine lacks packages', () => {
	test.each([[verify], [['doctor', '--builder', 'rehearsal', '--fix']]])(
		'%j goes through sudo, and shows every command before it runs',
		async args => {
			const machine = fakeMachine({update: 'echo Hit:1 lists'});
			const env = ordinaryUser(machine.env);
			const {stdout, stderr} = await runProgram([...args, '--yes'], {cwd: temporaryFolder(), env});
			const shown = stdout.includes('Hit:1 lists') ? stdout : stderr;
			const commands = ofApt(machine.calls()).filter(call => call.startsWith('sudo'));
			expect(commands).toHaveLength(2);
			for (const command of commands) expect(shown).toContain(command.replace('sudo -n ', 'sudo '));
			// Each is sudo, and then what sudo ran; nothing else was.
			expect(ofApt(machine.calls()).map(call => call.startsWith('sudo'))).toEqual([true, false, true, false]);
			expect(shown.indexOf('sudo env')).toBeLessThan(shown.indexOf('Hit:1 lists'));
		},
	);

	test.each([
		['sudo isn’t there', false, 'sudo is not installed'],
		['sudo wants a password and there is nobody to type it', asksForPassword, 'sudo: a password is required'],
		[
			'sudo knows no such person',
			'echo "builder is not in the sudoers file." >&2; echo "sudo: no rights" >&2; exit 1',
			'sudo: no rights',
		],
	] as const)('gets the administrator’s line and exit 3 where %s', async (_, sudo, why) => {
		const machine = fakeMachine({sudo});
		const env = ordinaryUser(machine.env);
		const {exitCode, stdout} = await runProgram([...verify, '--yes'], {cwd: temporaryFolder(), env});
		expect(stdout).toContain(why);
		expect(stdout).toMatch(new RegExp(`As root, an administrator has to run: ${installLine.source}`));
		expect(ofApt(machine.calls()).filter(call => !call.startsWith('sudo'))).toEqual([]);
		expect(exitCode).toBe(3);
	});

	test('is asked with sudo in the commands, types the password into sudo, and the run goes on', async () => {
		const machine = fakeMachine({sudo: asksForPassword});
		const env = ordinaryUser(machine.env);
		const program = startProgram([...verify, '--plain'], {cwd: temporaryFolder(), columns: 120, rows: 60, env});
		await program.shows(/Install \d+ packages( and run a command)?\?/);
		expect(program.screen()).toMatch(/^ {2}sudo env DEBIAN_FRONTEND=noninteractive apt-get update$/m);
		expect(ofApt(machine.calls())).toEqual([]);
		await follow(program, ['enter', '[sudo] password for builder:'], ['secret\r', '✔ Programs of the rehearsal']);
		expect(ofApt(machine.calls()).map(call => call.startsWith('sudo'))).toEqual([true, false, true, false]);
	});

	test('types the password into sudo below the dashboard, which comes back and hears its keys', async () => {
		const machine = fakeMachine({sudo: asksForPassword});
		const env = ordinaryUser(machine.env);
		const args = ['build', '--preset', 'rehearsal'];
		const program = startProgram(args, {cwd: temporaryFolder(), columns: 120, rows: 40, env});
		await program.shows('then go on?');
		expect(program.screen()).toContain('sudo env DEBIAN_FRONTEND=noninteractive apt-get update');
		program.press('y');
		await program.shows('[sudo] password for builder:');
		program.press('secret\r');
		// Stand-ins of programs can't build: what counts is that all was installed.
		await program.shows('Failed');
		expect(ofApt(machine.calls()).map(call => call.startsWith('sudo'))).toEqual([true, false, true, false]);
		program.press('q');
		expect(await program.exitCode()).not.toBe(0);
	});

	test('sees the administrator’s line in the wizard’s review where there is no sudo', async () => {
		const machine = fakeMachine({sudo: false});
		const env = ordinaryUser(machine.env);
		const program = startProgram([], {cwd: temporaryFolder(), columns: 120, rows: 40, env});
		await toReview(program);
		await program.shows(/\d+ packages/);
		program.press('c');
		await program.shows('As root, an administrator has to run:');
		expect(program.screen().replaceAll('\n', '')).toMatch(installLine);
		expect(machine.calls()).toEqual([]);
	});
});
