import {spawnSync} from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import {nodeprep, partsFolder} from './node-under-test.ts';

const script = path.resolve(partsFolder, '../rehearsal/nodeprep-life.sh');
const states = ['init', 'reboot-pending', 'config', 'precomplete', 'complete', 'complete-again'];

const live = (program: string) => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nodeprep-life-'));
	onTestFinished(() => fs.rmSync(folder, {recursive: true, force: true}));
	const {status, stdout} = spawnSync('sh', [script, program, path.join(folder, 'life')], {encoding: 'utf8'});
	return {status, lines: stdout.trim().split('\n'), left: fs.existsSync(path.join(folder, 'life'))};
};

test('the life told in the booted rehearsal says each state once, and leaves nothing', () => {
	expect(live(nodeprep)).toEqual({status: 0, lines: states.map(state => `nodeprep-life:${state}:ok`), left: false});
});

test('a nodeprep that does not work fails every state, with the reason', () => {
	const {status, lines} = live('/nowhere/nodeprep.sh');
	expect(status).toBe(1);
	expect(lines).toHaveLength(states.length);
	for (const [i, line] of lines.entries()) {
		expect(line).toMatch(new RegExp(`^nodeprep-life:${states[i]}:fail exit code 127, expected`));
	}
});

test('a nodeprep that only pretends is found out', () => {
	const file = path.join(os.tmpdir(), `nodeprep-pretends-${process.pid}.sh`);
	fs.writeFileSync(file, 'kubectl label node life --overwrite spectrocloud.com/nodeprep=config; exit 40\n');
	onTestFinished(() => fs.rmSync(file));
	const {lines} = live(file);
	expect(lines[0]).toBe('nodeprep-life:init:fail nothing was flashed');
	expect(lines.every(line => line.includes(':fail '))).toBe(true);
});
