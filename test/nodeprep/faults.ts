import fc from 'fast-check';
import {
	type Card,
	createNode,
	environment,
	likeTheKernel,
	type NodeOptions,
	type NodeUnderTest,
} from './node-under-test.ts';
import {cardState} from './written.ts';

const uplink: Card = {slot: '0000:05:00', kind: 'ConnectX', ports: 2, parameters: {LINK_TYPE_P1: 'ETH(2)'}};
const others: Card[] = [
	{slot: '0000:15:00', kind: 'SuperNIC', guid: 'a088c203004f1b2c'},
	{slot: '0000:25:00', kind: 'ConnectX', guid: 'b088c203005f2b2c'},
];

/** What can go wrong with a node, each by itself. */
export const faults: Record<string, (node: NodeUnderTest) => void> = {
	'no route': node => node.remove('proc/net/route'),
	'a route into nothing': node => node.routes('tun9'),
	'mst lists nothing': node => node.tell('mst-devices', ''),
	'mst fails once': node => node.fail('mst status -v', {once: true}),
	'a query fails once': node => node.fail('mlxconfig -d 0000:15:00.0 -e q', {once: true}),
	'a query always fails': node => node.fail('mlxconfig -d 0000:25:00.0 -e q'),
	'a query hangs': node => node.replaceTool('mlxconfig', 'exec /bin/sleep 600'),
	'mst needs its modules': node => node.tell('mst-needs-modules', ''),
	'a card is gone': node => {
		node.remove('sys/bus/pci/devices/0000:25:00.0');
		node.tell('mst-devices', (node.told('mst-devices') ?? '').replace(/^.* 25:00\.0 .*\n/m, ''));
	},
	'a parameter cannot be asked for': node => node.fail('mlxconfig * q LINK_TYPE_P2'),
	'nothing is taken': node => node.tell('nv-does-not-stick', ''),
	'a set is refused': node => node.fail('mlxconfig -d 0000:15:00.0 -y set*', {once: true}),
	'flint fails': node => node.fail('flint -d 0000:15:00.0 q'),
	'a flash ends with an error': node => node.tell('bfb-output', 'CRITICAL ERROR\n'),
	'a flash only says well': node => node.tell('bfb-output', ' INFO[MISC]: DPU is ready\n'),
	'a flash fails': node => node.fail('bfb-install*', {once: true}),
	'resets need a power cycle': node => node.tell('cold', ''),
	'recovery mode': node => node.write('sys/bus/pci/devices/0000:25:00.0/device', '0x0212\n'),
	'no description': node =>
		node.tell('nv/0000:15:00.0', (node.told('nv/0000:15:00.0') ?? '').replace(/SuperNIC/, 'card')),
	'labels fail once': node => node.fail('kubectl * label *', {once: true}),
};

/** A node whose uplink is one card, and which has two more; `firmware` is that of the SuperNIC. */
export const nodeWithUplink = ({firmware, ...options}: NodeOptions & {firmware?: string}) => {
	const node = createNode({
		...options,
		cards: [uplink, ...others.map(card => ({...card, ...(firmware && card.kind === 'SuperNIC' && {firmware})}))],
	});
	node.routes('nic00000500p1');
	for (const {slot} of node.cards) node.tell(`acs/${slot}.0`, '001d\n');
	return node;
};

/** Call it before a start; what it gives tells, after it, which cards were written to, and what of them. */
export const writesOf = (node: NodeUnderTest) => {
	const stateOf = (card: Card) =>
		node.exists(`sys/bus/pci/devices/${card.slot}.0/sriov_numvfs`) ? cardState(node, card) : undefined;
	const before = node.cards.map(stateOf);
	return () => {
		const calls = (node.told('calls') ?? '').split('\n');
		return node.cards.flatMap((card, i) => {
			const bus = card.slot.slice(5, 7);
			const was = before[i];
			const now = stateOf(card);
			const kinds = [
				calls.some(call => new RegExp(`^bfb-install --rshim rshim${Number.parseInt(bus, 16)} `).test(call)) && 'F',
				calls.some(call => new RegExp(`^mlxconfig -d \\S*${bus}:00\\.\\d -y set`).test(call)) && 'C',
				now && now.acs !== was?.acs && 'A',
				now && JSON.stringify(now.ports) !== JSON.stringify(was?.ports) && 'V',
			].filter(Boolean);
			return kinds.length > 0 ? [`${bus}${kinds.join('')}`] : [];
		});
	};
};

const states = [undefined, 'config', 'precomplete', 'complete'] as const;

/** Whatever the faults, the uplink gets no write, and `complete` means that each card runs what is wanted of it. */
export const uplinkAndCompletion = fc.asyncProperty(
	fc.subarray(Object.keys(faults), {maxLength: 3}),
	fc.constantFrom(...states),
	fc.constantFrom('1', '2'),
	fc.boolean(),
	async (names, state, LINKTYPE_EW, named) => {
		const node = createNode({
			cards: [uplink, ...others],
			environment: {
				LINKTYPE_EW,
				DISABLE_ACS: 'true',
				MTU_EW: '9216',
				...(named && {rails_pciaddr: '15:00,25:00', RAIL_NAMES: 'true'}),
			},
			...(state && {state}),
		});
		node.routes('nic00000500p1');
		for (const name of names) {
			faults[name]?.(node);
		}
		const before = JSON.stringify(cardState(node, uplink));
		for (let start = 0; start < 4; start++) {
			const {code, output, calls} = await node.run([], {env: {...likeTheKernel, NODEPREP_TOOL_LIMIT: '2'}});
			const written = calls.filter(isWriteTo(uplink.slot));
			const said = `${names.join(', ')}\n${output}`;
			if (written.length > 0 || JSON.stringify(cardState(node, uplink)) !== before) {
				throw new Error(`the uplink was written to: ${written.join(', ')}\n${said}`);
			}
			if (node.state() === 'complete' && (state !== 'complete' || code === 0)) {
				const wrong = notRunning(node, LINKTYPE_EW);
				if (wrong.length > 0) {
					throw new Error(`complete, but ${wrong.join(', ')}\n${said}`);
				}
			}
			if (code !== 40) {
				return;
			}
			node.reboot();
		}
	},
);

const isWriteTo = (slot: string) => {
	const bus = slot.slice(0, -3);
	return (line: string) =>
		line.includes(bus) &&
		/^(mlxconfig .* -y |flint .* b|mlxfwreset .* reset|setpci .*=)/.test(line) &&
		!/ q( |$)/.test(line);
};

// What a card runs, against what is wanted of it; told by the fake card itself.
const notRunning = (node: NodeUnderTest, link: string) =>
	others.flatMap(({slot, kind}) => {
		const [flash, running = flash] = (node.told(`fw/${slot}.0`) ?? '').trim().split('\n');
		const lines = (node.told(`nv/${slot}.0`) ?? '')
			.split('\n')
			.filter(line => /^(LINK_TYPE_P1|SRIOV_EN|NUM_OF_VFS) /.test(line));
		const inForce = lines
			.map(line => line.split(' '))
			.map(([name, next, now = next]) => `${name}=${now?.replace(/.*\((\d+)\)/, '$1')}`);
		const wanted = [`LINK_TYPE_P1=${link}`, 'SRIOV_EN=1', 'NUM_OF_VFS=2'];
		return [
			...(flash === running ? [] : [`${slot} runs ${running}`]),
			...(kind === 'SuperNIC' && running !== environment.BFB_FW ? [`${slot} runs ${running}`] : []),
			...(inForce.sort().join() === wanted.sort().join() ? [] : [`${slot} has ${inForce}`]),
		];
	});
