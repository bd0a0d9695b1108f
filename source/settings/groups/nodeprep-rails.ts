import {integer, oneOf, text, yesNo} from '../field-kinds.ts';
import type {Choice, FieldSpecs} from '../field-types.ts';
import {listOf, matching, optional} from '../text-rules.ts';

const address = '([0-9a-fA-F]{4,8}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}(\\.[0-7])?';

const pageSizes: readonly Choice<'2M' | '1G'>[] = [
	{value: '2M', title: '2 MB', description: 'What the kernel takes by itself'},
	{value: '1G', title: '1 GB', description: 'For programs that ask for huge pages without a size'},
];

const pages = (size: string) => ({
	what: `Number of huge pages of ${size} that the nodes set aside at boot; 0: none.`,
	why: 'DPDK and some databases map their memory by them.',
	safe: '0, none',
	breaks: 'Memory set aside is lost to everything else, on every node alike.',
});

/** What nodeprep does with the ports of the GPU fabric, and what nodes set aside and tell. */
export const railFields = {
	railsPciaddr: text({
		group: 'nodeprep',
		title: 'Rails',
		question: 'Which ports are the rails?',
		help: {
			what: 'PCI addresses of the east-west ports, such as 05:00,0001:25:00.1, in the order of the rails.',
			why: 'Of the SuperNICs and ConnectX cards only these are flashed, configured and given functions.',
			safe: 'empty: all of them, except the card that carries the host’s own network.',
			breaks: 'An address that a node lacks ends nodeprep there before it changes anything.',
		},
		aliases: ['rails_pciaddr'],
		rule: optional(listOf(matching(new RegExp(`^${address}$`), 'a PCI address such as 05:00 or 0001:25:00.1'))),
		pattern: `^(${address}(,${address})*)?$`,
		default: '',
		expert: true,
	}),
	railNames: yesNo({
		group: 'nodeprep',
		title: 'Names by rail',
		question: 'Name interfaces and RDMA devices by their rails?',
		help: {
			what: 'Names them eth_r0 and roce_r0 and so on, and their virtual functions nic_vf0_r0 and roce_vf0_r0.',
			why: 'Network policies then name a rail, wherever its card is plugged in.',
			safe: 'no, unless policies of the cluster use these names.',
			breaks: 'Whatever names the interfaces as the system does finds them no longer.',
		},
		default: false,
		expert: true,
	}),
	mtuEw: integer({
		group: 'nodeprep',
		title: 'MTU, east-west',
		question: 'Which MTU do east-west ports have?',
		help: {
			what: 'Largest packet of the east-west ports in bytes, and 50 less on their virtual functions; 0: as it is.',
			why: 'Fabrics for GPUs usually run with 9216.',
			safe: '0, or what the switches are set to.',
			breaks: 'Larger than the switches’, big packets vanish.',
		},
		min: 0,
		max: 9978,
		default: 0,
		expert: true,
	}),
	losslessRoce: yesNo({
		group: 'nodeprep',
		title: 'Lossless RoCE',
		question: 'Set the rails up for lossless RoCE?',
		help: {
			what: 'Priority flow control on priority 3, trust in DSCP, ECN, and traffic class 96 for RDMA.',
			why: 'RoCE loses throughput with every packet that is dropped.',
			safe: 'no, unless the switches are set up for the same.',
			breaks: 'A switch that does not take part drops packets or stops whole ports.',
		},
		default: false,
		expert: true,
	}),
	hp2m: integer({
		group: 'nodeprep',
		title: 'Huge pages of 2 MB',
		question: 'How many huge pages of 2 MB?',
		help: pages('2 MB'),
		min: 0,
		max: 999_999,
		default: 0,
		expert: true,
	}),
	hp1g: integer({
		group: 'nodeprep',
		title: 'Huge pages of 1 GB',
		question: 'How many huge pages of 1 GB?',
		help: pages('1 GB'),
		min: 0,
		max: 9999,
		default: 0,
		expert: true,
	}),
	hpdefault: oneOf({
		group: 'nodeprep',
		title: 'Usual huge page',
		question: 'Which size do programs get that name none?',
		help: {
			what: 'The kernel’s default_hugepagesz. Counts where huge pages are set aside.',
			why: 'Older programs ask for huge pages without a size.',
			safe: '2M',
			breaks: 'Pods that ask for the other size stay pending.',
		},
		choices: pageSizes,
		default: '2M',
		expert: true,
	}),
	metricsFolder: text({
		group: 'nodeprep',
		title: 'Folder for metrics',
		question: 'Where does node_exporter read text files?',
		help: {
			what: 'Folder of node_exporter’s textfile collector on the nodes; nodeprep.prom is written there.',
			why: 'State, firmware and health of all cards are seen in Prometheus.',
			safe: 'empty: no metrics.',
			breaks: 'A folder that is not there is a warning in nodeprep’s log.',
		},
		rule: optional(matching(/^\/[A-Za-z0-9._/-]+$/, 'an absolute path')),
		pattern: '^(/[A-Za-z0-9._/-]+)?$',
		default: '',
		expert: true,
	}),
} satisfies FieldSpecs;
