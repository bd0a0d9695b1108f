import type {AppActions, RunSummary} from '../app/actions.ts';
import type {ExitCode} from '../exit-codes.ts';
import {cleanText} from '../text/ansi.ts';
import {formatAge} from '../text/durations.ts';
import {choose, type PromptChoice} from './ask-choice.ts';
import type {Asker} from './asker.ts';
import {buildFrom} from './builds.ts';
import {cleanUp} from './clean-up.ts';
import {createAsker} from './create-asker.ts';
import type {Doing, Tools} from './doing.ts';
import {Interrupted} from './interrupted.ts';
import {checkIso, openConsole} from './isos.ts';
import type {LineInput} from './line-reader.ts';
import {checkMachine} from './machine.ts';
import {pastRuns} from './past-runs.ts';
import {presetsMenu} from './presets.ts';

export type PromptsOptions = Pick<Tools, 'follow' | 'replay'> & {
	initial: 'menu' | 'wizard';
	input: LineInput;
	output: NodeJS.WritableStream;
	/** For tests: asks in the asker's place. */
	asker?: Asker;
};

/** The menu and all it leads to, as lines one below the other: for screen readers, dumb terminals and `--plain`. */
export async function runPrompts(actions: AppActions, options: PromptsOptions): Promise<ExitCode> {
	const {initial, follow, replay} = options;
	const asker = options.asker ?? createAsker(options, {isLinear: true});
	const tools = {asker, actions, follow, replay};
	let exitCode: ExitCode = 0;
	try {
		let doing: Doing | 'quit' = initial === 'wizard' ? newBuild : await askMenu(tools);
		while (doing !== 'quit') {
			exitCode = (await doOrTell(doing, tools)) ?? exitCode;
			doing = await askMenu(tools);
		}
		return exitCode;
	} catch (error) {
		if (error instanceof Interrupted) return 130;
		throw error;
	}
}

/** Whatever goes wrong is told, and the menu comes again. */
async function doOrTell(doing: Doing, tools: Tools) {
	try {
		return await doing(tools);
	} catch (error) {
		if (error instanceof Interrupted || !(error instanceof Error)) throw error;
		const {message, hint} = error as Error & {hint?: string};
		tools.asker.say(cleanText(message), ...(hint === undefined ? [] : [cleanText(hint)]));
		return undefined;
	}
}

async function askMenu({asker, actions}: Tools): Promise<Doing | 'quit'> {
	const runs = await actions.listRuns().catch(() => []);
	const last = runs.find(({kind, outcome}) => kind === 'build' && outcome !== 'running');
	asker.say('', `edge-builder ${actions.version}`);
	const again = last ? [buildAgain(last, actions.now())] : [];
	return choose(asker, 'What do you want to do?', [...again, ...entries], {offered: 0});
}

const buildAgain = ({id, preset, outcome, startedAt}: RunSummary, now: number): PromptChoice<Doing> => ({
	value: tools => buildFrom(tools, {past: id}),
	title: 'Build again',
	description: `${preset}, ${outcome} ${formatAge(startedAt, now)}; the review comes first`,
});

const newBuild: Doing = tools => buildFrom(tools);

const help: Doing = async ({asker}) => {
	asker.say(
		'',
		'Every question can be answered with the number of a choice, its name, or a part of the name that no other has.',
		'Enter alone takes what stands in brackets.',
		'? or help says why a question matters, and what breaks.',
		'< or back goes back to what was asked before.',
		'> or review goes to the review, with defaults for the rest.',
		'none leaves a text empty; default takes what would count without an answer.',
		'all lists the whole of a long list.',
		'Ctrl-C leaves; the answers are kept, and the next new build offers them.',
		'Every command works without this menu, too: edge-builder --help lists them.',
	);
	return undefined;
};

const entries: readonly PromptChoice<Doing | 'quit'>[] = [
	{value: newBuild, title: 'New build', description: 'A few questions, what they lead to, and the build'},
	{value: presetsMenu, title: 'Presets', description: 'Saved answers: to build, to change, to delete'},
	{value: pastRuns, title: 'Past runs', description: 'What earlier builds made, how long they took, why they failed'},
	{value: openConsole, title: 'QEMU console', description: 'Boots an ISO and gives you its serial console here'},
	{value: checkIso, title: 'Verify or smoke-test an ISO', description: 'Looks into what is built, or boots it once'},
	{value: checkMachine, title: 'Check this machine', description: 'Says what a build needs and this machine lacks'},
	{value: cleanUp, title: 'Clean up', description: 'Shows what takes up room, and removes what you choose'},
	{value: help, title: 'Help', description: 'What may be answered'},
	{value: 'quit', title: 'Quit'},
];
