import {existsSync, mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {fakeCanvos} from '../builders/canvos/fake-canvos.ts';
import {runProgram} from '../helpers/run-program.ts';

const standard = ['BUILDER=canvos', 'EDGE_APPLIANCE=false'];

// It named the newest folder by name, which another run may have made, or somebody's clock.
test('setup names the tree that it made, not the one whose name comes last', async () => {
	const {clone, c} = await fakeCanvos();
	const {root: cwd, state, runs} = c.workspace;
	const strange = '9999-01-01T00-00-00-canvos';
	mkdirSync(join(state, 'temporary', strange, 'tree'), {recursive: true});
	mkdirSync(join(runs, strange), {recursive: true});
	const args = ['setup', ...standard, `CANVOS_SOURCE=${clone}`, 'CANVOS_REF=v4.8.10'];
	const trees: string[] = [];
	for (const _ of ['first', 'second']) {
		const {stdout, stderr, exitCode} = await runProgram(args, {cwd});
		expect(exitCode).toBe(0);
		const id = /Run (\S+) took/.exec(stdout)?.[1] ?? '';
		expect(stderr).toContain(`The source tree is kept at ${join(state, 'temporary', id, 'tree')}\n`.trim());
		trees.push(join(state, 'temporary', id, 'tree'));
	}
	expect(new Set(trees).size).toBe(2);
	for (const tree of trees) expect(existsSync(join(tree, 'Earthfile'))).toBe(true);
});

// Letter by letter, rc.10 came before rc.2.
test('the nearest Kubernetes versions to one that a release lacks are named with rc.10 before rc.9 and rc.2', async () => {
	const canvos = await fakeCanvos();
	canvos.commit('Candidates', {kubeadm: ['1.35.0-rc.2', '1.35.0-rc.10', '1.35.0-rc.9', '1.34.2']});
	canvos.git('tag', 'v4.9.0');
	const cwd = canvos.c.workspace.root;
	const release = [...standard, `CANVOS_SOURCE=${canvos.clone}`, 'CANVOS_REF=v4.9.0'];
	expect((await runProgram(['setup', ...release], {cwd})).exitCode).toBe(0);
	const {stderr, exitCode} = await runProgram(['build', '--dry-run', 'K8S_VERSION=1.35.7', ...release], {cwd});
	expect(stderr).toContain('The nearest it has: 1.35.0-rc.10, 1.35.0-rc.9, 1.35.0-rc.2.');
	expect(exitCode).toBe(2);
});
