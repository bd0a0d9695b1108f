import {stageTitles} from './boot-stages.ts';
import {type Answer, createMarkers, type Markers, packScript, readAnswer, type Transfer} from './guest-script.ts';
import type {Vm} from './vm.ts';
import {faultError, vmError} from './vm-error.ts';

// With KVM; each is multiplied without it.
const autologinMs = 20_000;
const shellMs = 60_000;
const promptRepeatMs = 3000;
const receiveMs = 20_000;
const attempts = 3;

/** Waits until a shell of the automatically logged-in root answers. @throws {FixableError} saying at what it stands. */
export const reachShell = async (vm: Vm, {bootTimeoutMs}: {bootTimeoutMs: number}): Promise<void> => {
	const {serial, serialLog: log, alive: signal} = vm;
	await serial.waitFor({
		read() {
			const {stage, fault} = serial.boot();
			if (fault) throw faultError(fault, log);
			return stage === 'login' || stage === 'shell' ? true : undefined;
		},
		timeoutMs: bootTimeoutMs * vm.slowness,
		signal,
		late: () =>
			vmError(
				'boot-timeout',
				`No login after ${seconds(bootTimeoutMs * vm.slowness)}; last seen: ${stageTitles[serial.boot().stage]}`,
				{log},
			),
	});
	// Anything typed at a real login prompt would be a wrong user name.
	await serial.waitFor({
		read: text => (text.includes('(automaticlogin)') || serial.boot().stage === 'shell' ? true : undefined),
		timeoutMs: autologinMs * vm.slowness,
		signal,
		late: () => vmError('no-autologin', 'The live system asks for a user name instead of logging root in', {log}),
	});
	const markers = createMarkers();
	const answered = serial.waitFor({
		read: text => (text.includes(markers.seen('ready')) ? true : undefined),
		from: serial.position(),
		timeoutMs: shellMs * vm.slowness,
		signal,
		late: () =>
			vmError('no-shell', `No shell answered within ${seconds(shellMs * vm.slowness)} after the login`, {log}),
	});
	// agetty and login throw away what was typed too early, so the question is repeated.
	const repeat = setInterval(() => serial.write(`${markers.typed('ready')}\r`), promptRepeatMs);
	serial.write(`\r${markers.typed('ready')}\r`);
	await answered.finally(() => clearInterval(repeat));
};

/**
 * Runs a POSIX shell script as root in the guest's shell and returns exactly what it printed (standard output and error).
 * The guest's console must be at a shell prompt.
 */
export const runInGuest = async (vm: Vm, script: string, {timeoutMs}: {timeoutMs: number}): Promise<Answer> => {
	for (let attempt = 1; attempt <= attempts; attempt++) {
		const running = await send(vm, script);
		if (running) return receive(vm, running, timeoutMs);
		// Interrupts a receiver that still waits for lines which were lost.
		vm.serial.write('\x03\r');
	}
	throw vmError('script-not-received', `The script did not reach the guest whole in ${attempts} attempts`, {
		log: vm.serialLog,
	});
};

type Running = {markers: Markers; transfer: Transfer; from: number};

const send = async (
	{serial, serialLog: log, alive: signal, slowness}: Vm,
	script: string,
): Promise<Running | undefined> => {
	const markers = createMarkers();
	const transfer = packScript(script, markers);
	const from = serial.position();
	const timeoutMs = receiveMs * slowness;
	const silent = () => vmError('no-shell', `The shell did not answer within ${seconds(timeoutMs)}`, {log});
	serial.write(`${transfer.command}\r`);
	await serial.waitFor({
		read: text => text.includes(markers.seen('send')) || undefined,
		from,
		timeoutMs,
		signal,
		late: silent,
	});
	serial.write(`${transfer.lines.join('\r')}\r`);
	const late = new Error('late');
	try {
		const isRunning = await serial.waitFor({
			read: text =>
				text.includes(markers.seen('started')) ? true : text.includes(markers.seen('torn')) ? false : undefined,
			from,
			timeoutMs,
			signal,
			late: () => late,
		});
		return isRunning ? {markers, transfer, from} : undefined;
	} catch (error) {
		if (error === late) return undefined;
		throw error;
	}
};

const receive = async (
	{serial, serialLog: log, alive: signal, slowness}: Vm,
	running: Running,
	timeoutMs: number,
): Promise<Answer> => {
	let {from} = running;
	for (let attempt = 1; attempt <= attempts; attempt++) {
		const limit = attempt === 1 ? timeoutMs * slowness : receiveMs * slowness;
		const answer = await serial.waitFor({
			read(text) {
				const {fault} = serial.boot();
				if (fault) throw faultError(fault, log);
				return readAnswer(text, running.markers);
			},
			from,
			timeoutMs: limit,
			signal,
			late: () => vmError('script-timeout', `The script did not end within ${seconds(limit)}`, {log}),
		});
		if (answer !== 'damaged') {
			serial.write(`${running.transfer.tidy}\r`);
			return answer;
		}
		from = serial.position();
		serial.write(`${running.transfer.again}\r`);
	}
	throw vmError('answer-damaged', `The script's answer did not come through whole in ${attempts} attempts`, {log});
};

const seconds = (milliseconds: number) => `${Math.round(milliseconds / 1000)} s`;
