import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestProject} from 'vitest/node';

declare module 'vitest' {
	export interface ProvidedContext {
		/** A folder of this run of the tests, for what several files make once: test files share processes. */
		runFolder: string;
	}
}

export default ({provide}: TestProject) => {
	const folder = mkdtempSync(join(tmpdir(), 'edge-builder-tests-'));
	provide('runFolder', folder);
	return () => rmSync(folder, {recursive: true, force: true});
};
