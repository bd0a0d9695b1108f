import ora from 'ora';
import type {AppActions, RunStart} from '../app/actions.ts';
import type {ExitCode} from '../exit-codes.ts';
import type {CheckResult, Verdict} from '../pipeline/events.ts';
import {cleanLine, cleanText} from '../text/ansi.ts';
import {formatBytes} from '../text/bytes.ts';
import {formatAge, formatDuration} from '../text/durations.ts';
import {commandText} from '../text/shell-words.ts';
import {choose} from './ask-choice.ts';
import {type Asker, createAsker, Interrupted} from './asker.ts';
import {askWizard} from './new-build.ts';

export type PromptsOptions = {
	initial: 'menu' | 'wizard';
	/** The terminal cannot move its cursor (TERM=dumb). */
	dumb: boolean;
	input: NodeJS.ReadableStream;
	output: NodeJS.WritableStream;
	/** Runs a build with lines for output, closing summary included. */
	runPlainly(start: RunStart): Promise<ExitCode>;
	/** Shows the lines of an earlier run. */
	replayPlainly(id: string): Promise<void>;
	/** For tests: asks in the asker's place. */
	asker?: Asker;
};

/** The menu and all it leads to, as lines one below the other: for screen readers, dumb terminals and `--plain`. */
export async function runPrompts(actions: AppActions, options: PromptsOptions): Promise<ExitCode> {
	const asker = options.asker ?? createAsker(options, options);
	let exitCode: ExitCode = 0;
	let doing: Doing | 'quit' | undefined = options.initial === 'wizard' ? 'build' : undefined;
	try {
		for (;;) {
			doing ??= await askMenu(asker, actions.version);
			if (doing === 'quit') return exitCode;
			exitCode = (await doOrTell(doing, asker, actions, options)) ?? exitCode;
			doing = undefined;
		}
	} catch (error) {
		if (error instanceof Interrupted) return 130;
		throw error;
	}
}

/** Whatever goes wrong is told, and the menu comes again. */
async function doOrTell(doing: Doing, ...rest: Parameters<Do>) {
	try {
		return await doings[doing](...rest);
	} catch (error) {
		if (error instanceof Interrupted || !(error instanceof Error)) throw error;
		const {message, hint} = error as Error & {hint?: string};
		rest[0].say(cleanText(message), ...(hint === undefined ? [] : [cleanText(hint)]));
		return undefined;
	}
}

type Doing = 'presets' | 'build' | 'console' | 'doctor' | 'runs';
type Do = (asker: Asker, actions: AppActions, options: PromptsOptions) => Promise<ExitCode | undefined>;

function askMenu(asker: Asker, version: string) {
	asker.say('', `edge-builder ${version}`);
	return choose<Doing | 'quit'>(asker, 'What do you want to do', [
		{value: 'presets', title: 'Run a saved preset'},
		{value: 'build', title: 'New build'},
		{value: 'console', title: 'Open a QEMU console'},
		{value: 'doctor', title: 'Check this machine'},
		{value: 'runs', title: 'Past runs'},
		{value: 'quit', title: 'Quit'},
	]);
}

const build: Do = async (asker, actions, {output, runPlainly}) => {
	const start = await askWizard(asker, actions, output);
	return start && runPlainly(start);
};

const runPreset: Do = async (asker, actions, {runPlainly}) => {
	const presets = await actions.listPresets();
	const name = await choose<string | undefined>(
		asker,
		'Which preset',
		presets.map(({name, description, builder, problem}) => ({
			value: name,
			title: `${cleanLine(name)}${builder === 'rehearsal' ? ' (REHEARSAL)' : ''}`,
			description: cleanLine(description),
			disabled: problem,
		})),
		{extras: [back]},
	);
	return name === undefined ? undefined : runPlainly({preset: name});
};

const openConsole: Do = async (asker, actions) => {
	const isos = await actions.listIsos();
	if (isos.length === 0) {
		asker.say('There is no ISO in build/ yet. Build one first.');
		return undefined;
	}
	const path = await choose<string | undefined>(
		asker,
		'Which ISO',
		isos.map(({path, name, bytes, builtAt}) => ({
			value: path,
			title: cleanLine(name),
			description: `${formatBytes(bytes)}, ${formatAge(builtAt, actions.now())}`,
		})),
		{offered: 0, extras: [back]},
	);
	const iso = isos.find(one => one.path === path);
	if (iso === undefined) return undefined;
	const missing = await actions.missingForConsole();
	if (missing.length > 0 && !(await fixAfterAsking(asker, actions, missing, 'A VM needs'))) return undefined;
	asker.say(`${actions.detachKey} ends the machine and brings you back here.`);
	const {message} = await actions.openConsole(iso);
	if (message !== undefined) asker.say(message);
	return undefined;
};

const checkMachine: Do = async (asker, actions, {output}) => {
	const wait = ora({text: 'Checking this machine', stream: output}).start();
	const results = await actions.doctor({onResult: () => undefined, signal: new AbortController().signal});
	wait.stop();
	asker.say(...results.flatMap(resultLines));
	await fixAfterAsking(asker, actions, results, 'These commands would fix it');
	return undefined;
};

/** Shows the commands that would mend what these checks found, and runs them after a yes. */
async function fixAfterAsking(asker: Asker, actions: AppActions, results: readonly CheckResult[], title: string) {
	const commands = actions.fixCommands(results);
	if (commands.length === 0) return false;
	asker.say(`${title}:`, ...commands.map(command => `  $ ${commandText(command)}`));
	const isAgreed = await asker.yesNo('Run them now?', false);
	if (isAgreed) await actions.applyFixes(results);
	return isAgreed;
}

const showRuns: Do = async (asker, actions, {replayPlainly}) => {
	const runs = await actions.listRuns();
	if (runs.length === 0) {
		asker.say('No run yet.');
		return undefined;
	}
	const id = await choose<string | undefined>(
		asker,
		'Which run',
		runs.map(({id, preset, outcome, startedAt, durationMs, rehearsal, failure}) => ({
			value: id,
			title: `${cleanLine(preset)}${rehearsal ? ' (REHEARSAL)' : ''}, ${outcome}, ${formatAge(startedAt, actions.now())}`,
			description: [durationMs === undefined ? '' : `took ${formatDuration(durationMs)}`, cleanLine(failure ?? '')]
				.filter(Boolean)
				.join(', '),
		})),
		{extras: [back]},
	);
	if (id !== undefined) await replayPlainly(id);
	return undefined;
};

const doings: Record<Doing, Do> = {
	presets: runPreset,
	build,
	console: openConsole,
	doctor: checkMachine,
	runs: showRuns,
};

const back = {words: ['<', 'back', ''], value: undefined, does: 'back to the menu'};

const verdictWords: Record<Verdict, string> = {pass: 'ok', warn: 'warning', fail: 'FAILED', skip: 'skipped'};

const resultLines = ({title, verdict, detail, hint}: CheckResult): string[] => [
	`${verdictWords[verdict]}: ${cleanLine(title)}${detail ? `, ${cleanLine(detail)}` : ''}`,
	...(hint && (verdict === 'fail' || verdict === 'warn') ? [`  ${cleanLine(hint)}`] : []),
];
