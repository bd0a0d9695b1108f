import {text} from '../field-kinds.ts';
import type {FieldSpecs} from '../field-types.ts';
import {hostPath, optional} from '../text-rules.ts';

/** Files of one's own that go into the ISO. */
export const isoInputFields = {
	userData: text({
		group: 'engine',
		title: 'User-data file',
		question: 'Which user-data file goes into the ISO?',
		help: {
			what: 'Path of a cloud-config file that the installer finds on the ISO; empty: none.',
			why: 'With endpoint and token in it, hosts register with Palette by themselves.',
			safe: 'empty: give it at installation instead.',
			breaks: 'It stands on the ISO in clear text: with a token in it, the ISO is a secret.',
		},
		rule: optional(hostPath),
		longest: 4095,
		path: {kind: 'file'},
		default: '',
	}),
	contentBundle: text({
		group: 'engine',
		title: 'Content bundle',
		question: 'Which content bundle goes into the ISO?',
		help: {
			what: 'A .zst file, or a folder of them; empty: those in folders content-… of the workspace, if any.',
			why: 'Sites without internet find images, charts and packs of a cluster on the ISO.',
			safe: 'empty, where hosts reach their registries.',
			breaks: 'The ISO grows by all of it, and what has another ending than .zst is not taken.',
		},
		rule: optional(hostPath),
		longest: 4095,
		path: {kind: 'either'},
		default: '',
		defaultText: 'folders content-… of the workspace',
		builders: ['canvos'],
	}),
} satisfies FieldSpecs;
