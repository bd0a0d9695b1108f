import type {OutputNames} from '../../settings/output-names.ts';
import type {Settings} from '../../settings/settings.ts';
import {manifestVerdict} from './build-manifest.ts';
import {bundleVerdict} from './bundle.ts';
import {type Expectation, equals, fail, isAbsent, pass, shortened, type Where, words} from './expectation-type.ts';
import {kernelVerdict, modulesVerdict} from './kernel-and-drivers.ts';

/** What makes an edge appliance. */
export const edgeExpectations = (settings: Settings, names: OutputNames, where: Where): Expectation[] => [
	{
		id: 'doca-packages',
		title: 'DOCA packages',
		why: 'They bring the drivers and tools of the BlueField and ConnectX NICs.',
		hint: 'See the step install-doca in the build log.',
		needs: ['doca-packages'],
		verdictOn: facts => {
			const found = words(facts['doca-packages']);
			return found.length > 0 ? pass(`${found.length}: ${shortened(found.slice(0, 5).join(', '))}`) : fail('none');
		},
	},
	{
		id: 'doca-all',
		title: 'doca-all is installed',
		why: 'It pulls in everything else; half-installed, parts are missing.',
		hint: 'See the step install-doca in the build log.',
		needs: ['doca-all'],
		verdictOn: facts => {
			const [status = '', version = ''] = words(facts['doca-all']);
			return status === 'installed' ? pass(version) : fail(status || 'not installed');
		},
	},
	standIns(settings),
	{
		id: 'needed-packages',
		title: 'Packages of the appliance',
		why: 'nodeprep and the drivers call them.',
		hint: 'See the step install-packages in the build log.',
		needs: ['needed-missing'],
		verdictOn: facts => (facts['needed-missing'] === '' ? pass() : fail(`missing: ${facts['needed-missing']}`)),
	},
	{
		id: 'compiler',
		title: 'Compiler for kernel modules',
		why: 'DKMS builds the drivers with it.',
		hint: 'See the step install-packages in the build log.',
		needs: ['compilers', 'kernel-compiler'],
		verdictOn: ({compilers, 'kernel-compiler': kernelCompiler}) => {
			const wanted = compilerOf(settings);
			if (!words(compilers).includes(wanted)) return fail(`${wanted} is missing`);
			const [name, missing] = words(kernelCompiler);
			if (missing) return fail(`${name}, which the kernel was built with, is missing`);
			return pass(name === undefined || name.endsWith(wanted) ? wanted : `${wanted}, and ${name} as the kernel`);
		},
	},
	{
		id: 'tools',
		title: 'Firmware tools',
		why: 'nodeprep flashes and configures the NICs with them.',
		hint: 'See the step install-doca in the build log.',
		needs: ['tools'],
		verdictOn: ({tools}) => {
			const missing = ['mst', 'mlxconfig', 'flint', 'bfb-install'].filter(tool => !words(tools).includes(tool));
			return missing.length === 0 ? pass(tools) : fail(`missing: ${missing.join(', ')}`);
		},
	},
	{
		id: 'openibd',
		title: 'openibd is started at boot',
		why: 'It loads NVIDIA’s drivers in their order; its package enables it only where systemd runs.',
		hint: 'See the step install-doca in the build log.',
		needs: ['openibd'],
		verdictOn: ({openibd}) => (openibd === 'disabled' ? fail('it is not enabled') : pass(openibd)),
	},
	{
		id: 'doca-repository',
		title: 'No local DOCA repository',
		why: 'Its packages are installed by then, and take 0.6 to 0.8 GB of every image.',
		hint: 'See the step install-doca in the build log.',
		needs: ['doca-repository'],
		verdictOn: isAbsent('doca-repository'),
	},
	{
		id: 'dkms',
		title: 'Driver modules are built for the kernel',
		why: 'Without them the kernel’s own, older NIC drivers are used.',
		hint: 'See the step install-modules in the build log; it ends with DKMS’s own log.',
		needs: ['kernel', 'dkms'],
		verdictOn: modulesVerdict(settings),
	},
	{
		id: 'vermagic',
		title: 'Modules belong to the kernel',
		why: 'The kernel refuses modules that were built for another one.',
		hint: 'See the step install-modules in the build log.',
		needs: ['modules'],
		verdictOn: ({modules}) => (/^[1-9][0-9]* good$/.test(modules) ? pass(modules) : fail(modules)),
	},
	{
		id: 'kernel',
		title: 'Kernel',
		why: 'NVIDIA tests each DOCA release with certain kernels.',
		needs: ['kernel'],
		verdictOn: kernelVerdict(settings),
	},
	{
		id: 'bfb',
		title: 'BlueField bundle',
		why: 'nodeprep flashes the NICs with it.',
		hint: 'Fetch the firmware again and build.',
		needs: ['bfb', 'bfb-copies'],
		verdictOn: bundleVerdict(settings, names),
	},
	{
		id: 'nodeprep',
		title: 'nodeprep can run',
		why: 'The agent starts it at each boot.',
		hint: 'See the step install-files in the build log.',
		needs: ['nodeprep', 'nodeprep-version'],
		verdictOn: ({nodeprep, 'nodeprep-version': version}) => {
			if (nodeprep !== 'executable') return fail(nodeprep);
			return version === '' || version === 'none' ? fail('it did not answer to --version') : pass(version);
		},
	},
	{
		id: 'nodeprep-unit',
		title: where === 'live' ? 'nodeprep starts by its settings' : 'nodeprep starts at boot',
		why: 'A node prepares its cards as soon as it has its settings, whoever delivers them.',
		hint:
			where === 'live'
				? 'See `systemctl status nodeprep.path nodeprep.service` in the console.'
				: 'See the step install-files in the build log.',
		needs: ['nodeprep-unit'],
		verdictOn: equals('nodeprep-unit', where === 'live' ? 'started' : 'enabled'),
	},
	{
		id: 'tmpfiles',
		title: '/run/mellanox is prepared',
		why: '/run is empty at each boot, and nodeprep’s marker lies there.',
		hint: 'See the step install-files in the build log.',
		needs: ['files'],
		verdictOn: ({files}) => {
			const path = '/etc/tmpfiles.d/mellanox.conf';
			return words(files).includes(path) ? pass(path) : fail(`${path} is missing or empty`);
		},
	},
	{
		id: 'kept-folders',
		title: 'Folders that nodes keep',
		why: 'What nodes change in /etc/default and others at run time is lost at the next boot without it.',
		hint: 'See the step install-files in the build log.',
		needs: ['files'],
		verdictOn: ({files}) => {
			const path = '/system/oem/90_edge-builder.yaml';
			return words(files).includes(path) ? pass(path) : fail(`${path} is missing or empty`);
		},
	},
	{
		id: 'manifest',
		title: 'Build manifest',
		why: 'It says what went into the image; a difference means another or a changed image.',
		hint: 'Build again, or verify with the settings of the build.',
		needs: ['manifest', 'files', 'bfb', 'bfb-sha256'],
		verdictOn: manifestVerdict(settings, names, where),
	},
];

// The compiler of the requirement; the step install-packages installs the same.
const compilerOf = ({osDistribution, osVersion}: Settings) =>
	(osDistribution === 'ubuntu' && osVersion.startsWith('24')) || (osDistribution === 'debian' && osVersion === '13')
		? 'gcc-14'
		: 'gcc-12';

const standIns = ({builder}: Settings): Expectation =>
	builder === 'rehearsal'
		? {
				id: 'stand-ins',
				title: 'NVIDIA packages say that they are stand-ins',
				why: 'A rehearsal must never be taken for a real image.',
				needs: ['stand-in'],
				verdictOn: equals('stand-in', 'yes'),
			}
		: {
				id: 'stand-ins',
				title: 'NVIDIA packages are the real ones',
				why: 'Stand-ins of a rehearsal drive no hardware.',
				hint: 'Delete redist/ and download the firmware again.',
				needs: ['stand-in'],
				verdictOn: equals('stand-in', 'no'),
			};
