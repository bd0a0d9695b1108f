import {bundleUrl, docaRelease} from '../doca-releases.ts';
import {text} from '../field-kinds.ts';
import type {FieldSpecs} from '../field-types.ts';
import {httpUrl, optional, sha256, sha256Pattern} from '../text-rules.ts';
import {checksumHelp, fileNamed, fileOrUrl, isOwnPath, standInVersion} from './firmware-files.ts';

/** The BlueField bundle: its name, where it comes from, and the one that is given outright. */
export const bundleFields = {
	bfbName: text({
		group: 'firmware',
		title: 'BlueField bundle',
		question: 'What is the BlueField bundle’s file name?',
		help: {
			what: 'File name of the .bfb in redist/ and in the image.',
			why: 'nodeprep flashes the cards with this file.',
			safe: 'The bundle that belongs to the DOCA version.',
			breaks: 'A bundle of another DOCA version is not what NVIDIA validated together.',
		},
		rule: optional(fileNamed('.bfb')),
		default: ({builder, docaVersion}) =>
			builder === 'rehearsal'
				? `bf-bundle-${standInVersion(docaVersion)}-standin_25.11_ubuntu-24.04_64k_prod.bfb`
				: (docaRelease(docaVersion)?.bfb ?? ''),
		defaultText: 'the bundle that belongs to the DOCA version',
		expert: true,
	}),
	bfbUrl: text({
		group: 'firmware',
		title: 'Address of the bundle',
		question: 'From which address does the BlueField bundle come?',
		help: {
			what: 'http or https address of the bundle.',
			why: 'The download and the URL mode use it.',
			safe: 'NVIDIA’s own address, which follows from the name.',
			breaks: 'A wrong address fails the download; a mirror without checksum is trusted blindly the first time.',
		},
		rule: optional(httpUrl),
		longest: 2048,
		default: ({builder, bfbName}) => (builder === 'rehearsal' || !bfbName ? '' : bundleUrl(bfbName)),
		defaultText: 'NVIDIA’s server; a rehearsal serves it itself',
		expert: true,
	}),
	bfbSha256: text({
		group: 'firmware',
		title: 'Checksum of the bundle',
		question: 'Which checksum must the BlueField bundle have?',
		help: checksumHelp('the BlueField bundle'),
		rule: optional(sha256),
		longest: 512,
		pattern: sha256Pattern,
		default: '',
		expert: true,
	}),
	bfbFile: text({
		group: 'firmware',
		title: 'Bundle on this machine',
		question: 'Is there a particular BlueField bundle to use?',
		help: {
			what: 'File in redist/, other path or address, given outright; empty: what the settings above say.',
			why: 'The short way to build once with another bundle.',
			safe: 'empty',
			breaks: 'It wins over name, address and firmware mode.',
		},
		rule: optional(fileOrUrl('.bfb')),
		longest: 4095,
		path: {kind: 'file', isPath: isOwnPath},
		default: '',
		expert: true,
	}),
} satisfies FieldSpecs;
