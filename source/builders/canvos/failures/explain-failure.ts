import {ownCommand} from '../../../own-command.ts';
import type {Failure} from '../../../pipeline/events.ts';
import type {Evidence} from './failure-rule.ts';
import {ruleFor} from './rule-book.ts';

const shownLines = 20;

/** Why a build failed, in words that help: by the first rule that matches, else the failed command and its last lines. */
export function explainFailure(evidence: Evidence): Failure {
	const rule = ruleFor(evidence);
	const facts = {log: evidence.log, lastLines: lastLinesOf(evidence), source: evidence.failure?.source};
	if (!rule) return {...unexplained(evidence), ...facts};
	return {
		code: rule.code,
		...rule.explain(evidence),
		...facts,
		document: `docs/troubleshooting.md#${rule.code}`,
	};
}

function unexplained({failure, exitCode, killedBy}: Evidence): {code: string; message: string; hint: string} {
	if (failure) {
		const where = failure.target ? ` of ${failure.target}` : '';
		const what = failure.command ? `${shortened(failure.command)}${where} failed` : `The build${where} failed`;
		return {
			code: 'build-command-failed',
			message: `${what}: ${lastSentence(failure.message)}`,
			hint: 'Its last lines are below, everything is in the log. Steps before it come from the cache when you run again.',
		};
	}
	if (killedBy !== undefined || exitCode === 137) {
		return {
			code: 'build-killed',
			message: `Something ended the build (${killedBy ?? 'SIGKILL'}); it was not us`,
			hint: 'Look for “Out of memory” in `dmesg`, and whether someone stopped the container or Docker.',
		};
	}
	return {
		code: 'build-ended',
		message:
			exitCode === 2
				? 'Earthly ended as if cancelled (exit code 2), though nobody asked it to'
				: `Earthly ended with exit code ${exitCode ?? 'unknown'} without naming a reason`,
		hint: `The last lines are below, everything is in the log. ${ownCommand('doctor')} checks Docker.`,
	};
}

function lastLinesOf({failure, console}: Evidence): readonly string[] {
	const lines = failure && failure.output.length > 0 ? failure.output : console;
	return lines.filter(line => line.trim() !== '').slice(-shownLines);
}

const shortened = (command: string) => (command.length > 80 ? `${command.slice(0, 79)}…` : command);

const lastSentence = (message: string) =>
	message
		.split('\n')
		.map(line => line.trim())
		.filter(line => line !== '' && !/^in\s+\S*\+/.test(line))
		.at(-1) ?? 'no reason given';
