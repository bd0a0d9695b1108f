import {resolve} from 'node:path';
import {build, type Metafile} from 'esbuild';
import {beforeAll, expect, test} from 'vitest';

const root = resolve(import.meta.dirname, '..');
let inputs: Metafile['inputs'];

beforeAll(async () => {
	const {metafile} = await build({
		absWorkingDir: root,
		entryPoints: ['source/main.ts'],
		bundle: true,
		splitting: true,
		outdir: 'nowhere',
		write: false,
		metafile: true,
		platform: 'node',
		format: 'esm',
		jsx: 'automatic',
		external: ['react-devtools-core'],
	});
	inputs = metafile.inputs;
});

/** Files that are loaded with this one; what waits for an `import()` is not. */
const loadedWith = (entry: string): string[] => {
	const seen = new Set<string>();
	const visit = (path: string) => {
		if (seen.has(path)) return;
		seen.add(path);
		for (const {path: target, kind, external} of inputs[path]?.imports ?? []) {
			if (kind !== 'dynamic-import' && !external) visit(target);
		}
	};
	visit(entry);
	return [...seen];
};

// Each of these packages costs between ten and a hundred milliseconds.
const late =
	/node_modules\/(got|execa|@xterm|zod|conf|tar|diff|ora|@inquirer|commander)\/|^source\/(steps|verification)\//;

test.each(['source/main.ts', 'source/tui/run-app.tsx'])(
	'%s loads nothing that the first screen can do without',
	entry => {
		const loaded = loadedWith(entry);
		expect(loaded).toContain(entry);
		expect(loaded.filter(path => late.test(path))).toEqual([]);
	},
);

// esbuild cuts what several of these share into parts of their own, and each part costs a millisecond.
test('our own code waits in few places', () => {
	const waiting = Object.entries(inputs)
		.filter(([path]) => path.startsWith('source/'))
		.flatMap(([, {imports}]) => imports.filter(({kind}) => kind === 'dynamic-import').map(({path}) => path))
		.filter(path => path.startsWith('source/'));
	expect([...new Set(waiting)].sort()).toEqual([
		'source/app/lazy-imports.ts',
		'source/command-line.ts',
		'source/commands/index.ts',
		'source/commands/menu-in-lines.ts',
		'source/tui/dashboard/dashboard.tsx',
		'source/tui/run-app.tsx',
	]);
});

test.each(['source/main.ts', 'source/command-line.ts'])('%s is loaded without Ink', entry => {
	expect(loadedWith(entry).filter(path => /node_modules\/(ink|react)\//.test(path))).toEqual([]);
});

test.each(['source/commands/index.ts', 'source/app/lazy-imports.ts'])('%s is what waits for an import()', entry => {
	expect(loadedWith(entry).some(path => path.startsWith('source/steps/'))).toBe(true);
});
