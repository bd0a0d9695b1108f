import type {Vm} from '../vm/start-vm.ts';
import {inSeconds, vmError} from '../vm/vm-errors.ts';
import {createMarkers} from './script-framing.ts';

/** A shell that has answered; `answerMs`: how long it may take for a small thing. */
export type Shell = {vm: Vm; answerMs: number};

const promptRepeatMs = 3000;
const leastAnswerMs = 15_000;

/**
 * Waits for the login and proves by a short handshake that a shell of the automatically logged-in root runs what is typed.
 * How long that may take is measured on the guest itself: no part of what follows takes longer than its boot did.
 * @throws {FixableError} saying what the line does instead.
 */
export async function reachShell(
	vm: Vm,
	{bootTook, onTyping}: {bootTook(): number /** Called before the first character. */; onTyping(): void},
): Promise<Shell> {
	const {serial, serialLog: log, alive: signal} = vm;
	// The watch over the boot ends this wait in time.
	await serial.waitFor({signal, read: () => (['login', 'shell'].includes(serial.boot().stage) ? true : undefined)});
	const answerMs = Math.max(leastAnswerMs, bootTook());
	// Anything typed at a real login prompt would be a wrong user name.
	await serial.waitFor({
		read: text => (text.includes('(automaticlogin)') || serial.boot().stage === 'shell' ? true : undefined),
		signal,
		limit: {
			ms: answerMs,
			late: () => vmError('no-autologin', 'The live system asks for a user name instead of logging root in', {log}),
		},
	});
	onTyping();
	const markers = createMarkers();
	const question = `${markers.typed('ready')}\r`;
	const from = serial.position();
	let since = '';
	const answered = serial.waitFor({
		read(text) {
			since = text;
			return text.includes(markers.seen('ready')) ? true : undefined;
		},
		from,
		signal,
		limit: {
			ms: answerMs,
			late: () =>
				vmError(
					'no-shell',
					`No shell answered within ${inSeconds(answerMs)} after the login${insteadOf(since, question)}`,
					{log},
				),
		},
	});
	// agetty and login throw away what was typed too early, so the question is repeated.
	const repeat = setInterval(() => serial.write(question), promptRepeatMs);
	serial.write(`\r${question}`);
	await answered.finally(() => clearInterval(repeat));
	return {vm, answerMs};
}

function insteadOf(text: string, question: string) {
	if (text === '') return ': the line is silent';
	return text.includes(question.replace(/\s/g, ''))
		? ': what is typed comes back, but nothing runs it'
		: ': the line prints other things, but no answer';
}
