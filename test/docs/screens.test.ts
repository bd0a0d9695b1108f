import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join, resolve} from 'node:path';
import {expect, test} from 'vitest';
import {follow} from '../helpers/follow.ts';
import {startProgram} from '../helpers/program.ts';
import {recordRun} from '../helpers/recorded-run.ts';
import {leaveFile, machineFacts, machineTime, sameMachine} from '../helpers/same-machine.ts';
import {until} from '../helpers/until.ts';

const folder = resolve(import.meta.dirname, '../../docs/screens');
const size = {columns: 104, rows: 30};
const hour = 3_600_000;
const [tab, toReview] = ['\t', '\u0012'];

const registry = 'registry.example.com';
const lab = {imageRegistry: `${registry}/edge`, customTag: 'lab'} as const;

/** What was built and saved in a workspace that somebody works in. */
function leaveWork(cwd: string) {
	const settings = Object.entries({builder: 'canvos', edgeAppliance: true, ...lab}).map(
		([key, value]) => `  ${key}: ${value}\n`,
	);
	mkdirSync(join(cwd, 'presets'));
	writeFileSync(
		join(cwd, 'presets/lab.yaml'),
		`schemaVersion: 1\nname: lab\ndescription: The machines of the lab, from our own registry\nsettings:\n${settings.join('')}`,
	);
	recordRun(cwd, {preset: 'rehearsal', machine: machineFacts, startsAt: machineTime - 50 * hour, stepMs: 18_000});
	recordRun(cwd, {
		preset: 'lab',
		machine: machineFacts,
		startsAt: machineTime - 26 * hour,
		settings: {builder: 'canvos', ...lab},
		stepMs: 224_000,
		header: {
			builder: 'canvos',
			rehearsal: false,
			imageReference: `${registry}/edge/ubuntu:kubeadm-1.34.2-v4.8.10-lab`,
			isoName: 'palette-edge-installer.iso',
		},
		found: [
			...Array.from({length: 85}, (_, index) => ({
				type: 'check' as const,
				step: 'verify-iso' as const,
				result: {id: `iso-${index}`, title: `Expectation ${index}`, verdict: 'pass' as const},
			})),
			{type: 'artifact', step: 'collect', artifact: {kind: 'provider-image', ref: 'lab', bytes: 7.1e9}},
			{type: 'artifact', step: 'collect', artifact: {kind: 'installer-iso', ref: 'lab', bytes: 4.2e9}},
		],
	});
	leaveFile(join(cwd, 'build/palette-edge-installer.iso'), 4.2e9);
}

/** The program at its first screen, on a machine that is the same everywhere. */
async function start(at: 'first start' | 'home') {
	const {cwd, env} = await sameMachine({logins: ['ttl.sh', registry]});
	if (at === 'home') leaveWork(cwd);
	const program = startProgram([], {...size, cwd, env});
	await program.shows(at === 'home' ? 'Build again' : 'Standard image');
	return program;
}

type Step = Parameters<typeof follow>[1];

const appliance: Step = ['2', 'Which system does the image have?'];
const told: Step = [[], 'to fix'];

test.each<[name: string, label: string, at: 'first start' | 'home', ...steps: Step[]]>([
	['first-start', 'The first start', 'first start', [[], 'Docker is not installed']],
	['home', 'Home', 'home', [[], 'can go'], [[], '1 ISO'], [[], 'differ'], told],
	['decision', 'A decision', 'first start', appliance],
	['firmware', 'Where firmware comes from', 'first start', appliance, [[tab, '5'], 'Where do DOCA']],
	['registry', 'The name of the image', 'first start', appliance, [[tab, '6'], 'a login is there']],
	['review', 'The review', 'first start', appliance, [toReview, '✖ Docker']],
	['settings', 'All settings', 'first start', appliance, [toReview, 'Build this?'], ['o', 'All settings']],
	['presets', 'Presets', 'home', told, ['3', 'differ from edge-appliance']],
	['past-runs', 'Past runs', 'home', told, ['4', 'differ from edge-appliance']],
	['help', 'Help', 'home', told, ['9', 'What the entries do']],
])('docs/screens/%s.svg is what the program shows (npm run docs)', async (name, label, at, ...steps) => {
	const program = await start(at);
	await follow(program, ...steps);
	const file = join(folder, `${name}.svg`);
	const drawn = () => program.picture(`${label} of edge-builder`);
	// What is found out in the background comes a moment later; where it comes otherwise, the comparison below says so.
	const isThere = () => existsSync(file) && readFileSync(file, 'utf8') === drawn();
	await until(isThere, () => '', 10_000).catch(() => undefined);
	await expect(drawn()).toMatchFileSnapshot(file);
});
