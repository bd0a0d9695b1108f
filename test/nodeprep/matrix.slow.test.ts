import {describe, expect, test} from 'vitest';
import {faults, nodeWithUplink, writesOf} from './faults.ts';
import {environment, likeTheKernel} from './node-under-test.ts';

// One start of each stage with each fault: its exit code, the state that the node is in then, and what was written to
// which card: F firmware, C configuration, V virtual functions, A access control; by the number of its bus. A stage that nothing
// goes wrong in ends so:
const fine = {
	init: '40 config 15F',
	config: '40 precomplete 15C 25C',
	precomplete: '0 complete 15AV 25AV',
	complete: '0 complete 15AV 25AV',
};
type Stage = keyof typeof fine;

const untouched = (code: number) => ({
	init: `${code} init`,
	config: `${code} config`,
	precomplete: `${code} precomplete`,
	complete: `${code} complete`,
});

const matrix: Record<string, Partial<Record<Stage, string>>> = {
	'no route': untouched(35),
	'a route into nothing': untouched(35),
	'mst lists nothing': untouched(34),
	'mst fails once': {},
	'mst needs its modules': {},
	'a query fails once': {},
	'a query always fails': untouched(34),
	'a query hangs': untouched(34),
	// Asked for by name where the configuration is looked at: in precomplete that is before the end, in complete at the beginning.
	'a parameter cannot be asked for': {...untouched(34), init: fine.init, precomplete: '34 precomplete 15AV 25AV'},
	'nothing is taken': {config: '32 config 15C'},
	'a set is refused': {config: '32 config 15C'},
	'flint fails': {
		init: '31 init',
		precomplete: '36 precomplete 15AV 25AV',
		complete: '36 precomplete 15AV 25AV',
	},
	'a flash ends with an error': {init: '31 init 15F'},
	'a flash only says well': {},
	'a flash fails': {init: '31 init 15F'},
	'resets need a power cycle': {},
	'recovery mode': untouched(34),
	'no description': untouched(34),
	'a card is gone': {
		config: '40 precomplete 15C',
		precomplete: '0 complete 15AV',
		complete: '0 complete 15AV',
	},
	'labels fail once': {},
};

test('each fault has a row', () => {
	expect(Object.keys(matrix).sort()).toEqual(Object.keys(faults).sort());
});

describe.each(Object.entries(matrix))('%s', (fault, row) => {
	test.each(Object.keys(fine) as Stage[])('in %s', async stage => {
		const node = nodeWithUplink({
			environment: {DISABLE_ACS: 'true'},
			state: stage,
			// Beyond init the firmware is what is wanted.
			...(stage !== 'init' && {firmware: environment.BFB_FW}),
		});
		faults[fault]?.(node);
		const before = writesOf(node);
		const {code, output} = await node.run([], {env: {...likeTheKernel, NODEPREP_TOOL_LIMIT: '2'}});
		const found = [code, node.state() ?? 'none', ...before()].join(' ');
		expect(found, output).toBe({...fine, ...row}[stage]);
	});
});
