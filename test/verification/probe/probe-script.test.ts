import {spawnSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {overlayFiles} from '../../../source/builders/overlay-files.ts';
import {readProbe} from '../../../source/verification/probe/probe-answer.ts';
import {probeFacts, probeScript} from '../../../source/verification/probe/probe-script.ts';
import {temporaryFolder} from '../../helpers/temporary-folder.ts';
import {nonce} from '../facts-of-good-image.ts';

const pathOf = (program: string) => spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).stdout.toString().trim();

describe('the script', () => {
	test('is short enough to be typed into a terminal', () => expect(probeScript(nonce).length).toBeLessThan(6000));

	test('looks at every file that the manifest can name', () => {
		for (const {path} of overlayFiles) {
			const spelled = path.startsWith('etc/')
				? path.slice('etc/'.length)
				: path.replace(/edge-builder\/nodeprep.*\.sh$/, 'edge-builder/nodeprep*.sh');
			expect(probeScript(nonce)).toContain(spelled);
		}
	});

	test('never holds the marker it prints, so an echo of it is no answer', () => {
		expect(probeScript(nonce)).not.toContain(`EB:${nonce}:`);
		expect(readProbe(probeScript(nonce), nonce).problem).toContain('did not come to its end');
	});

	describe.each(['dash', 'bash', 'busybox'])('under %s', shell => {
		const path = pathOf(shell);
		test.skipIf(path === '')('answers every question once, also where nearly nothing is installed', () => {
			const bin = temporaryFolder();
			for (const name of [
				'sed',
				'tr',
				'head',
				'sort',
				'tail',
				'basename',
				'grep',
				'cut',
				'uname',
				'ls',
				'stat',
				'cat',
			]) {
				writeFileSync(join(bin, name), `#!/bin/sh\nexec ${pathOf(name)} "$@"\n`, {mode: 0o755});
			}
			const {stdout} = spawnSync(path, shell === 'busybox' ? ['sh'] : [], {
				input: probeScript(nonce),
				env: {PATH: bin},
			});
			const {facts, problem} = readProbe(stdout.toString(), nonce);
			expect(problem).toBeUndefined();
			expect(Object.keys(facts)).toEqual([...probeFacts]);
		});
	});

	test('keeps a value with line breaks on one line', () => {
		const bin = temporaryFolder();
		const script = "#!/bin/sh\nprintf 'a/1: added\\nb/2, k, x86_64: installed\\n'\n";
		writeFileSync(join(bin, 'dkms'), script, {mode: 0o755});
		const {stdout} = spawnSync('sh', ['-s'], {input: probeScript(nonce), env: {PATH: `${bin}:/usr/bin:/bin`}});
		expect(readProbe(stdout.toString(), nonce).facts.dkms).toBe('a/1: added;b/2, k, x86_64: installed');
	});
});
