import {forEdge, type Rule} from '../rule.ts';

const rules: readonly Rule[] = [
	{
		id: 'S23',
		severity: 'error',
		keys: ['railNames', 'railsPciaddr', 'losslessRoce', 'linktypeEw'],
		judge: ({railNames, railsPciaddr, losslessRoce, linktypeEw}) => {
			if (railNames && railsPciaddr === '') return 'RAIL_NAMES is on, but RAILS_PCIADDR names no rails';
			if (linktypeEw === '2') return undefined;
			if (railNames) return 'RAIL_NAMES is on, but the rails are InfiniBand';
			return losslessRoce ? 'LOSSLESS_ROCE is on, but the rails are InfiniBand' : undefined;
		},
		why: 'nodeprep refuses an environment file that asks for it.',
		hint: 'Name the rails by RAILS_PCIADDR and LINKTYPE_EW=2, or leave it off.',
	},
];

/** What nodeprep would refuse on the nodes. */
export const nodeprepRules: readonly Rule[] = forEdge(rules);
