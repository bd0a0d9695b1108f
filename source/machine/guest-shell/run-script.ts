import {inSeconds, vmError} from '../vm/vm-errors.ts';
import type {Shell} from './reach-shell.ts';
import {type Answer, createMarkers, type Markers, packScript, readAnswer, type Transfer} from './script-framing.ts';

const attempts = 3;

/**
 * Runs a POSIX shell script as root in the guest's shell and returns exactly what it printed (standard output and error).
 * The guest's console must be at a shell prompt.
 */
export async function runInGuest(shell: Shell, script: string, {timeoutMs}: {timeoutMs: number}): Promise<Answer> {
	const {serial, serialLog: log} = shell.vm;
	for (let attempt = 1; attempt <= attempts; attempt++) {
		const running = await send(shell, script);
		if (running) return receive(shell, running, timeoutMs);
		// Interrupts a receiver that still waits for lines which were lost.
		serial.write('\x03\r');
	}
	throw vmError('script-not-received', `The script did not reach the guest whole in ${attempts} attempts`, {log});
}

type Running = {markers: Markers; transfer: Transfer; from: number};

async function send({vm, answerMs}: Shell, script: string): Promise<Running | undefined> {
	const {serial, serialLog: log, alive: signal} = vm;
	const markers = createMarkers();
	const transfer = packScript(script, markers);
	const from = serial.position();
	const silent = () => vmError('no-shell', `The shell did not answer within ${inSeconds(answerMs)}`, {log});
	serial.write(`${transfer.command}\r`);
	await serial.waitFor({
		read: text => text.includes(markers.seen('send')) || undefined,
		from,
		signal,
		limit: {ms: answerMs, late: silent},
	});
	serial.write(`${transfer.lines.join('\r')}\r`);
	const late = new Error('late');
	try {
		const isRunning = await serial.waitFor({
			read: text =>
				text.includes(markers.seen('started')) ? true : text.includes(markers.seen('torn')) ? false : undefined,
			from,
			signal,
			limit: {ms: answerMs, late: () => late},
		});
		return isRunning ? {markers, transfer, from} : undefined;
	} catch (error) {
		if (error === late) return undefined;
		throw error;
	}
}

async function receive({vm, answerMs}: Shell, running: Running, timeoutMs: number): Promise<Answer> {
	const {serial, serialLog: log, alive: signal} = vm;
	let {from} = running;
	for (let attempt = 1; attempt <= attempts; attempt++) {
		const ms = attempt === 1 ? timeoutMs * vm.slowness : answerMs;
		const answer = await serial.waitFor({
			read: text => readAnswer(text, running.markers),
			from,
			signal,
			limit: {
				ms,
				late: () => vmError('script-timeout', `The script did not end within ${inSeconds(ms)}`, {log}),
			},
		});
		if (answer !== 'damaged') {
			serial.write(`${running.transfer.tidy}\r`);
			return answer;
		}
		from = serial.position();
		serial.write(`${running.transfer.again}\r`);
	}
	throw vmError('answer-damaged', `The script's answer did not come through whole in ${attempts} attempts`, {log});
}
