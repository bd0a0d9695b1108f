import {hostPackageName, hostPackageUrl} from '../doca-releases.ts';
import {oneOf, text, yesNo} from '../field-kinds.ts';
import type {FieldSpecs} from '../field-types.ts';
import {httpUrl, matching, optional, sha256, sha256Pattern} from '../text-rules.ts';
import {bundleFields} from './bluefield-bundle.ts';
import {checksumHelp, fileNamed, fileOrUrl, isOwnPath, standInVersion} from './firmware-files.ts';

/** DOCA for the host, BlueField bundle for the cards. */
export const firmwareFields = {
	firmware: oneOf({
		group: 'firmware',
		title: 'Firmware comes from',
		question: 'Where does the build take firmware from?',
		help: {
			what: 'Whether DOCA package and BlueField bundle are downloaded here first, or by the build itself.',
			why: 'About 2.1 GB: kept in redist/ they are fetched once, checked and resumed; by URL nothing is stored.',
			safe: 'local',
			breaks: 'With url, each build downloads again, and a broken link fails late.',
		},
		choices: [
			{value: 'local', title: 'Files in redist/', description: 'Fetched once, checked, used by every build'},
			{value: 'url', title: 'URL', description: 'The build downloads; nothing is stored here'},
		],
		default: 'local',
	}),
	docaSource: oneOf({
		group: 'firmware',
		title: 'DOCA is installed from',
		question: 'How is DOCA installed?',
		help: {
			what: 'From the doca-host package, which brings its own repository, or from NVIDIA’s apt repository.',
			why: 'The package is one fixed file; the repository needs internet during the build and no download before.',
			safe: 'deb: the same file gives the same image.',
			breaks: 'The repository can be gone or changed by the next build.',
		},
		choices: [
			{value: 'deb', title: 'Package', description: 'doca-host .deb, about 0.6 GB, fixed content'},
			{value: 'repository', title: 'Repository', description: 'NVIDIA’s apt repository, by version'},
		],
		default: 'deb',
		expert: true,
	}),
	docaVersion: text({
		group: 'firmware',
		title: 'DOCA version',
		question: 'Which DOCA version?',
		help: {
			what: 'Version of NVIDIA DOCA for the host; with the repository also latest or latest-3.2-LTS.',
			why: 'Package names, BlueField bundle and firmware version follow from it.',
			safe: '3.2.1, the version that the requirements were written for.',
			breaks: 'A version that does not support the image’s kernel fails while its modules are compiled.',
		},
		rule: matching(
			/^(\d+\.\d+\.\d+|latest(-\d+\.\d+-LTS)?)$/,
			'a DOCA version such as 3.2.1',
			'Write three numbers, or latest, or latest-3.2-LTS.',
		),
		pattern: '^([0-9]+\\.[0-9]+\\.[0-9]+|latest(-[0-9]+\\.[0-9]+-LTS)?)$',
		default: '3.2.1',
	}),
	docaDebName: text({
		group: 'firmware',
		title: 'DOCA package',
		question: 'What is the DOCA package’s file name?',
		help: {
			what: 'File name of the doca-host package in redist/.',
			why: 'It must be the package for the image’s Ubuntu release and architecture.',
			safe: 'What follows from version and distribution.',
			breaks: 'A package of another Ubuntu release installs, and then its modules do not compile.',
		},
		rule: optional(fileNamed('.deb')),
		default: settings =>
			settings.builder === 'rehearsal'
				? `doca-host_${standInVersion(settings.docaVersion)}-standin-${settings.osDistribution}${settings.osVersion.replace('.', '')}_${settings.arch}.deb`
				: hostPackageName(settings.docaVersion, settings.osDistribution, settings.osVersion, settings.arch),
		defaultText: 'follows from DOCA version, distribution and architecture',
		expert: true,
	}),
	docaDebUrl: text({
		group: 'firmware',
		title: 'Address of the DOCA package',
		question: 'From which address does the DOCA package come?',
		help: {
			what: 'http or https address of the doca-host package.',
			why: 'The download and the URL mode use it.',
			safe: 'NVIDIA’s own address, which follows from the version.',
			breaks: 'A link that needs a login gives a web page instead of a package.',
		},
		rule: optional(httpUrl),
		longest: 2048,
		default: ({builder, docaVersion, docaDebName}) =>
			builder === 'rehearsal' || !docaDebName ? '' : hostPackageUrl(docaVersion, docaDebName),
		defaultText: 'NVIDIA’s server; a rehearsal serves it itself',
		expert: true,
	}),
	docaDebSha256: text({
		group: 'firmware',
		title: 'Checksum of the DOCA package',
		question: 'Which checksum must the DOCA package have?',
		help: checksumHelp('the doca-host package'),
		rule: optional(sha256),
		longest: 512,
		pattern: sha256Pattern,
		default: '',
		expert: true,
	}),
	docaDebFile: text({
		group: 'firmware',
		title: 'DOCA package on this machine',
		question: 'Is there a particular DOCA package to use?',
		help: {
			what: 'File in redist/, other path or address, given outright; empty: what the settings above say.',
			why: 'The short way to build once with another package.',
			safe: 'empty',
			breaks: 'It wins over name, address and firmware mode.',
		},
		rule: optional(fileOrUrl('.deb')),
		longest: 4095,
		path: {kind: 'file', isPath: isOwnPath},
		default: '',
		expert: true,
	}),
	...bundleFields,
	nfsOverRdma: yesNo({
		group: 'firmware',
		title: 'NFS over RDMA',
		question: 'Is NFS over RDMA wanted?',
		help: {
			what: 'Installs mlnx-nfsrdma-dkms into the image and lets nodeprep load its modules.',
			why: 'doca-all does not bring this package.',
			safe: 'no, unless storage is mounted over RDMA.',
			breaks: 'Without it, nodes that try to mount NFS over RDMA fall back or fail.',
		},
		default: false,
		aliases: ['NFSORDMA_ENABLED'],
		expert: true,
	}),
} satisfies FieldSpecs;
