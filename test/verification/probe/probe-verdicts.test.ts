import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {outputNames} from '../../../source/settings/output-names.ts';
import {expectations} from '../../../source/verification/expectations/index.ts';
import {type FactName, probeFacts, probeScript} from '../../../source/verification/probe/probe-script.ts';
import {probeVerdicts} from '../../../source/verification/probe/probe-verdicts.ts';
import {
	encoded,
	goodImage,
	goodLive,
	goodStandard,
	kernel,
	manifestOf,
	nonce,
	printed,
	settingsOf,
} from '../facts-of-good-image.ts';

const edge = settingsOf();
const standard = settingsOf({edgeAppliance: false});
const rehearsal = settingsOf({builder: 'rehearsal', osDistribution: 'debian', osVersion: '12'});

const judgedImage = (facts: Partial<Record<FactName, string>>, settings = edge) =>
	probeVerdicts(printed(facts), nonce, expectations(settings, outputNames(settings), 'image'));
const verdictsOf = (results: ReturnType<typeof probeVerdicts>) =>
	Object.fromEntries(results.map(({id, verdict}) => [id, verdict]));
/** Those that are not a pass. */
const complaints = (results: ReturnType<typeof probeVerdicts>) =>
	results.filter(({verdict}) => verdict !== 'pass').map(({id, verdict}) => `${id} ${verdict}`);

describe('a good image passes', () => {
	test('edge', () => expect(complaints(judgedImage(goodImage(edge)))).toEqual([]));
	test('standard', () => expect(complaints(judgedImage(goodStandard(standard), standard))).toEqual([]));
	// CanvOS's GPU step compiles the driver in the image: its compiler and DKMS were "only costs space here", and failed.
	test('standard with GPU drivers, which have a compiler by right', () => {
		const gpu = settingsOf({edgeAppliance: false, installNvidiaGpuDrivers: true});
		const dkms = `nvidia-srv/580.95.05, ${kernel}, x86_64: installed`;
		const facts = {...goodStandard(gpu), compilers: 'gcc-13', dkms, modules: '5 good'};
		expect(complaints(judgedImage(facts, gpu))).toEqual([]);
		expect(complaints(judgedImage({...facts, dkms: dkms.replace(kernel, '6.8.0-1-generic')}, gpu))).toEqual([
			'dkms fail',
		]);
		expect(complaints(judgedImage(goodStandard(gpu), gpu))).toEqual(['dkms fail']);
		expect(complaints(judgedImage(facts, standard))).toEqual(['compiler fail', 'dkms fail']);
	});
	test('rehearsal, and is asked for no Kubernetes', () => {
		const results = judgedImage({...goodImage(rehearsal), compilers: 'gcc-12', kube: ''}, rehearsal);
		expect(complaints(results)).toEqual([]);
		expect(results.map(({id}) => id)).not.toContain('kubernetes');
	});
	test('live', () => {
		const results = probeVerdicts(printed(goodLive(edge)), nonce, expectations(edge, outputNames(edge), 'live'));
		expect(complaints(results)).toEqual([]);
	});
});

describe('silence is no pass', () => {
	const wanted = expectations(edge, outputNames(edge), 'image');

	test.each(['', 'root@kairos:~# ', probeScript(nonce), printed(goodImage(edge)).replaceAll(nonce, 'deadbeef')])(
		'output %#: everything fails, and there is a verdict for everything',
		output => {
			const results = probeVerdicts(output, nonce, wanted);
			expect(results).toHaveLength(wanted.length + 1);
			expect(results.filter(({verdict}) => verdict !== 'fail')).toEqual([]);
		},
	);

	test.each(probeFacts.map(name => [name]))('a lost answer about %s fails the probe', lost => {
		const {[lost]: _, ...facts} = goodImage(edge);
		expect(judgedImage(facts)[0]).toMatchObject({id: 'probe', verdict: 'fail'});
	});

	test('an output cut anywhere before its end never passes', () => {
		const whole = printed(goodImage(edge));
		fc.assert(
			fc.property(fc.integer({min: 0, max: whole.trimEnd().length - 1}), length => {
				const results = probeVerdicts(whole.slice(0, length), nonce, wanted);
				expect(results).toHaveLength(wanted.length + 1);
				expect(results[0]?.verdict).toBe('fail');
			}),
		);
	});

	test('whatever is printed, there is one verdict for each expectation', () => {
		const piece = fc.oneof(fc.string(), fc.constantFrom(...printed(goodImage(edge)).split(/(?<=\n)/)));
		fc.assert(
			fc.property(fc.array(piece), pieces => {
				expect(probeVerdicts(pieces.join(''), nonce, wanted)).toHaveLength(wanted.length + 1);
			}),
		);
	});
});

test('a terminal’s escape sequences and carriage returns do not hide an answer', () => {
	const output = printed(goodImage(edge))
		.replaceAll('EB:', '\u001b[?2004l\u001b[1mEB:')
		.replaceAll('\n', '\u001b[0m\r\n');
	expect(complaints(probeVerdicts(output, nonce, expectations(edge, outputNames(edge), 'image')))).toEqual([]);
});

describe('what is wrong is found', () => {
	const bfb = outputNames(edge).bfbFile;
	test.each<[what: string, facts: Partial<Record<FactName, string>>, expected: string]>([
		['another release', {os: 'ubuntu 22.04'}, 'base-os fail'],
		['no Kairos', {kairos: 'no'}, 'kairos fail'],
		['an older release without label', {'kairos-label': ''}, 'kairos-label warn'],
		['two kernels', {kernels: `${kernel} 6.17.0-5-generic`}, 'kernel-count fail'],
		['no module index', {'modules-dep': 'no'}, 'modules-dep fail'],
		[
			'a kernel nobody tried',
			{kernel: '6.5.0-1-generic', dkms: goodImage(edge).dkms.replaceAll(kernel, '6.5.0-1-generic')},
			'kernel warn',
		],
		['doca-all removed, configuration left', {'doca-all': 'config-files 3.3.0'}, 'doca-all fail'],
		['stand-ins in a real image', {'stand-in': 'yes'}, 'stand-ins fail'],
		['a missing package', {'needed-missing': 'lldpd'}, 'needed-packages fail'],
		['the wrong compiler', {compilers: 'gcc-13'}, 'compiler fail'],
		['no compiler of the kernel’s own', {'kernel-compiler': 'x86_64-linux-gnu-gcc-13 missing'}, 'compiler fail'],
		['openibd that is not enabled', {openibd: 'disabled'}, 'openibd fail'],
		['the repository of doca-host', {'doca-repository': '/usr/share/doca-host-3.3.0/repo'}, 'doca-repository fail'],
		['a release that lets nouveau into the initrd', {'boot-arguments': 'console=tty1'}, 'nouveau-argument fail'],
		['arguments that are kept elsewhere', {'boot-arguments': ''}, 'iommu-arguments warn'],
		['no IOMMU', {'boot-arguments': 'rd.driver.blacklist=nouveau iommu=pt'}, 'iommu-arguments fail'],
		[
			'folders that are not kept',
			{files: goodImage(edge).files.replace('/system/oem/', '/system/')},
			'kept-folders fail',
		],
		['a unit that was not switched on', {'nodeprep-unit': 'absent'}, 'nodeprep-unit fail'],
		['no module of mst', {dkms: `mlnx-ofed-kernel/26.01, ${kernel}, x86_64: installed`}, 'dkms fail'],
		['a missing tool', {tools: 'mst flint'}, 'tools fail'],
		['no DKMS', {dkms: 'absent'}, 'dkms fail'],
		['modules only added', {dkms: 'mlnx-ofed-kernel/26.01: added'}, 'dkms fail'],
		['modules of another kernel', {dkms: 'mlnx-ofed-kernel/26.01, 6.8.0-1-generic, x86_64: installed'}, 'dkms fail'],
		['a side driver that was not built', {dkms: `${goodImage(edge).dkms};srp/1: added`}, 'dkms warn'],
		['wrong vermagic', {modules: '41 good, wrong: mlx5_core'}, 'vermagic fail'],
		['no module at all', {modules: '0 good'}, 'vermagic fail'],
		['no bundle', {bfb: ''}, 'bfb fail'],
		['a cut-off bundle', {bfb: `${bfb} 0`}, 'bfb fail'],
		['a bundle of 1 MB', {bfb: `${bfb} 1000000`}, 'bfb fail'],
		['another bundle', {bfb: 'bf-bundle-3.1.0-76_25.07_ubuntu-22.04_prod.bfb 1500000000'}, 'bfb fail'],
		['a bundle that nodes store twice', {'bfb-copies': `/opt/spectrocloud/spcx/bfb/${bfb}`}, 'bfb fail'],
		[
			'a second bundle',
			{bfb: `${bfb} 1500000000;old.bfb 1500000000`, 'bfb-sha256': `${'a'.repeat(64)} ${'b'.repeat(64)}`},
			'bfb warn',
		],
		['a nodeprep without x', {nodeprep: 'not executable', 'nodeprep-version': 'none'}, 'nodeprep fail'],
		['a nodeprep that does not start', {'nodeprep-version': ''}, 'nodeprep fail'],
		['no manifest', {manifest: 'absent'}, 'manifest fail'],
		['a manifest that is no JSON', {manifest: '!!!'}, 'manifest fail'],
		[
			'another Kubernetes',
			{manifest: encoded({...manifestOf(edge), kubernetes: {version: '1.30.0'}})},
			'manifest fail',
		],
		['a bundle with another sha256', {'bfb-sha256': 'b'.repeat(64)}, 'manifest fail'],
		['no sha256 known', {manifest: encoded({...manifestOf(edge), bfb: {file: bfb}})}, 'manifest warn'],
		['no Kubernetes', {kube: ''}, 'kubernetes fail'],
		[
			'nouveau kept out of the system, not of the initrd',
			{files: goodImage(edge).files.replace('/usr/lib/modprobe.d/blacklist-nouveau.conf', '/else')},
			'file-nouveau fail',
		],
		[
			'modules of NFS over RDMA asked for at boot that nobody installed',
			{files: `${goodImage(edge).files};/etc/modules-load.d/nfsrdma.conf ${'7'.repeat(64)}`},
			'file-nfsrdma fail',
		],
	])('%s', (_, facts, expected) => {
		const results = judgedImage({...goodImage(edge), ...facts});
		expect(complaints(results)).toContain(expected);
		const found = results.find(({id}) => id === expected.split(' ')[0]);
		expect(found?.detail).not.toBe('');
	});

	test('a configuration file that was changed after the build', () => {
		const facts = goodImage(edge);
		const results = judgedImage({...facts, files: facts.files.replace('1111', '2222')});
		expect(results.find(({id}) => id === 'manifest')).toMatchObject({
			verdict: 'fail',
			detail: '/etc/modprobe.d/ib_core.conf was changed',
		});
	});

	test('an image of a CanvOS with local changes says so', () => {
		const manifest = encoded({...manifestOf(edge), canvosChanges: 'c'.repeat(64)});
		expect(judgedImage({...goodImage(edge), manifest}).find(({id}) => id === 'manifest')).toMatchObject({
			verdict: 'pass',
			detail: expect.stringContaining('with local changes'),
		});
	});

	test('NFS over RDMA that is wanted and not loaded at boot', () => {
		const settings = settingsOf({nfsOverRdma: true});
		const dkms = `${goodImage(settings).dkms};mlnx-nfsrdma/1, ${kernel}, x86_64: installed`;
		expect(complaints(judgedImage({...goodImage(settings), dkms}, settings))).toEqual(['file-nfsrdma fail']);
	});

	test('anything of an edge appliance in a standard image', () => {
		const verdicts = verdictsOf(judgedImage(goodImage(edge), standard));
		for (const id of ['doca-packages', 'tools', 'bfb', 'nodeprep', 'compiler', 'dkms', 'ours'])
			expect(verdicts[id], id).toBe('fail');
	});

	test.each<[what: string, facts: Partial<Record<FactName, string>>, expected: string]>([
		['the installer was started', {cmdline: 'console=ttyS0 nodepair.enable'}, 'manual-entry fail'],
		['nouveau may come', {cmdline: 'console=ttyS0'}, 'nouveau-cmdline warn'],
		['a container answered', {where: 'image'}, 'place fail'],
		['a service failed', {system: 'degraded'}, 'system-state warn'],
		['nobody could tell', {system: ''}, 'system-state warn'],
		['the module is refused', {'module-loads': 'no'}, 'module-loads fail'],
		['/run/mellanox is missing', {'run-mellanox': 'no'}, 'run-mellanox fail'],
		['nodeprep breaks', {'nodeprep-check': '1'}, 'nodeprep-check fail'],
	])('in the live system: %s', (_, facts, expected) => {
		const output = printed({...goodLive(edge), ...facts});
		expect(complaints(probeVerdicts(output, nonce, expectations(edge, outputNames(edge), 'live')))).toContain(expected);
	});
});

describe('a rehearsed life of nodeprep', () => {
	const live = {...goodLive(rehearsal), compilers: 'gcc-12'};
	const judgedLive = (life: string) =>
		complaints(
			probeVerdicts(
				printed({...live, 'nodeprep-life': life}),
				nonce,
				expectations(rehearsal, outputNames(rehearsal), 'live'),
			),
		);

	test('passes when it went through all states', () => expect(judgedLive(live['nodeprep-life'])).toEqual([]));
	test('that stopped half-way fails in what it did not reach', () => {
		expect(judgedLive('init:ok;reboot-pending:fail exit 1, not 40')).toEqual([
			'nodeprep-life-reboot-pending fail',
			...['config', 'precomplete', 'complete', 'complete-again'].map(state => `nodeprep-life-${state} fail`),
		]);
	});
	test('that was not lived fails', () => expect(judgedLive('skip')).toHaveLength(6));
	test('is not asked of a real image', () => {
		expect(expectations(edge, outputNames(edge), 'live').map(({id}) => id)).not.toContain('nodeprep-life-init');
	});
});

test('nodeprep must read what the settings say', () => {
	const wanted = {...edge, numvfEw: 8, bfbFw: '32.47.1088'};
	const live = goodLive(wanted);
	const judged = (read: string, settings = wanted) =>
		complaints(
			probeVerdicts(
				printed({...live, 'nodeprep-settings': read}),
				nonce,
				expectations(settings, outputNames(settings), 'live'),
			),
		).filter(complaint => complaint.startsWith('nodeprep-settings'));
	expect(judged(live['nodeprep-settings'])).toEqual([]);
	expect(judged(live['nodeprep-settings'].replace('NUMVF_EW=8', 'NUMVF_EW=0'))).toEqual(['nodeprep-settings fail']);
	expect(judged('skip')).toEqual(['nodeprep-settings fail']);
	const refusal = '/opt/spectrocloud/nodeprep-env.sh: BFB_FW is missing: a firmware version such as 32.47.1088';
	expect(judged(refusal)).toEqual(['nodeprep-settings fail']);
	expect(judged(refusal, {...wanted, bfbFw: ''})).toEqual(['nodeprep-settings warn']);
});

test('Kubernetes may come as a system extension', () => {
	const settings = settingsOf({bundleK8sAndAgentProvider: false});
	expect(complaints(judgedImage({...goodImage(settings), kube: ''}, settings))).toEqual(['kubernetes warn']);
});

test('ids are unique', () => {
	for (const where of ['image', 'live'] as const) {
		for (const settings of [edge, standard, rehearsal]) {
			const ids = expectations(settings, outputNames(settings), where).map(({id}) => id);
			expect(new Set(ids).size).toBe(ids.length);
		}
	}
});
