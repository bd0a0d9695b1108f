import {rmSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {settingsText} from '../../source/builders/install-step-settings.ts';
import {overlayInputs} from '../../source/builders/stage-overlay.ts';
import type {StepContext} from '../../source/pipeline/step.ts';
import {staging} from './staged-overlay.ts';

const filesOfEveryImage = [
	'edge-builder/files/etc/lldpd.d/rcp-lldpd.conf',
	'edge-builder/files/etc/modprobe.d/blacklist-nouveau.conf',
	'edge-builder/files/etc/modprobe.d/ib_core.conf',
	'edge-builder/files/usr/lib/modprobe.d/blacklist-nouveau.conf',
	'edge-builder/files/usr/lib/modprobe.d/ib_core.conf',
];

test('an edge tree has everything the fragment mounts, with the modes the image needs', async () => {
	const {c, stage, tree, read, firmware} = staging();
	const before = process.umask(0o077);
	await stage().finally(() => process.umask(before));
	expect(tree()).toEqual(
		[
			...[
				'build-modules',
				'common',
				'install-bfb',
				'install-doca',
				'install-files',
				'install-modules',
				'install-packages',
				'kernel-arguments',
			].map(name => `edge-builder/steps/${name}.sh`),
			...['bfb', 'doca', 'files', 'modules', 'packages'].map(step => `edge-builder/settings/${step}/settings.env`),
			'edge-builder/settings/files/files.list',
			'edge-builder/settings/files/image.json',
			'edge-builder/firmware/bfb/.placeholder',
			`edge-builder/firmware/bfb/${c.settings.bfbName}`,
			'edge-builder/firmware/doca-host/.placeholder',
			`edge-builder/firmware/doca-host/${c.settings.docaDebName}`,
			...filesOfEveryImage,
			'edge-builder/files/etc/tmpfiles.d/mellanox.conf',
			'edge-builder/files/opt/spectrocloud/nodeprep.sh',
			'edge-builder/files/system/oem/90_edge-builder.yaml',
			'edge-builder/files/usr/lib/systemd/system/nodeprep.path',
			'edge-builder/files/usr/lib/systemd/system/nodeprep.service',
		].sort(),
	);
	const modeOf = (path: string) => statSync(join(c.run.tree, path)).mode & 0o777;
	expect(modeOf('edge-builder/files/opt/spectrocloud/nodeprep.sh')).toBe(0o755);
	expect(modeOf('edge-builder/files/etc/modprobe.d/ib_core.conf')).toBe(0o644);
	expect(read('edge-builder/settings/files/files.list')).toContain('0755 - opt/spectrocloud/nodeprep.sh\n');
	expect(read('edge-builder/settings/files/files.list')).toContain('0644 2026-11-22 etc/modprobe.d/ib_core.conf\n');
	expect(read('edge-builder/settings/doca/settings.env')).toContain(`DOCA_DEB_SHA256=${firmware[0]?.sha256}\n`);
	expect(read('edge-builder/settings/bfb/settings.env')).toBe(
		`EDGE_APPLIANCE=true\nBFB_FILE=${c.settings.bfbName}\nBFB_FILENAME=${c.settings.bfbName}\nBFB_SHA256=${firmware[1]?.sha256}\n`,
	);
	expect(JSON.parse(read('edge-builder/settings/files/image.json'))).toMatchObject({
		builtWith: {version: '1.2.3', builder: 'canvos'},
		rehearsal: false,
		bfb: {file: c.settings.bfbName, bytes: 3, sha256: firmware[1]?.sha256},
		doca: {source: 'deb', file: c.settings.docaDebName, sha256: firmware[0]?.sha256},
	});
});

test('the file that loads NFS over RDMA comes with its package only', async () => {
	const {stage, tree} = staging({nfsOverRdma: true});
	await stage();
	expect(tree()).toContain('edge-builder/files/etc/modules-load.d/nfsrdma.conf');
});

test('a standard tree has the configuration files, no firmware, no nodeprep, no manifest', async () => {
	const {stage, tree, read} = staging({edgeAppliance: false});
	await stage();
	expect(tree().filter(path => path.startsWith('edge-builder/files/'))).toEqual(filesOfEveryImage);
	expect(tree().filter(path => /firmware|json/.test(path))).toEqual([
		'edge-builder/firmware/bfb/.placeholder',
		'edge-builder/firmware/doca-host/.placeholder',
	]);
	expect(read('edge-builder/settings/doca/settings.env')).toBe('EDGE_APPLIANCE=false\n');
});

test('with firmware by URL the build is told the addresses, and the manifest is not', async () => {
	const {stage, read, c} = staging({
		firmware: 'url',
		docaDebUrl: 'https://me:pass@host/doca.deb?sig=1',
		bfbUrl: 'https://host/b.bfb',
		bfbSha256: 'AB'.repeat(32),
	});
	await stage([]);
	expect(read('edge-builder/settings/doca/settings.env')).toContain(
		'DOCA_DEB_FILE=https://me:pass@host/doca.deb?sig=1\n',
	);
	expect(read('edge-builder/settings/bfb/settings.env')).toContain(
		`BFB_FILENAME=${c.settings.bfbName}\nBFB_SHA256=${'ab'.repeat(32)}\n`,
	);
	expect(read('edge-builder/settings/files/image.json')).not.toMatch(/pass|sig=/);
});

test('NVIDIA’s repository needs no host package', async () => {
	const {stage, firmware, read} = staging({docaSource: 'repository'});
	await stage(firmware.slice(1));
	expect(read('edge-builder/settings/doca/settings.env')).toContain(
		'DOCA_SOURCE=repository\nDOCA_VERSION=3.3.0\nARCH=amd64\n',
	);
});

test('firmware that was neither fetched nor is fetched by the build is named', async () => {
	await expect(staging().stage([])).rejects.toThrow('DOCA_DEB_FILE: there is neither a fetched file nor a URL');
});

test.each(['steps/install-bfb.sh', 'nodeprep/20-effects.sh', 'Dockerfile.fragment'])(
	'without %s nothing is staged, and the file is named',
	async path => {
		const {stage, overlayFolder, c} = staging();
		rmSync(join(overlayFolder, path));
		await expect(stage()).rejects.toThrow(`Overlay file ${join(overlayFolder, path)} is missing`);
		expect(await c.host.files.exists(c.run.tree)).toBe(false);
	},
);

test('inputs change with an overlay file, a setting and the firmware, and not otherwise', async () => {
	const {c, overlayFolder} = staging();
	const inputs = async (context: StepContext = c) =>
		JSON.stringify(await overlayInputs(context, {overlayFolder, firmware: context.results.firmware ?? []}));
	const first = await inputs();
	expect(await inputs()).toBe(first);
	expect(await inputs({...c, settings: {...c.settings, memory: 1}})).toBe(first);
	expect(await inputs({...c, settings: {...c.settings, nfsOverRdma: true}})).not.toBe(first);
	const other = c.results.firmware?.map(file => ({...file, sha256: '0'.repeat(64)}));
	expect(await inputs({...c, results: {...c.results, firmware: other}})).not.toBe(first);
	writeFileSync(join(overlayFolder, 'nodeprep/20-effects.sh'), 'changed');
	expect(await inputs()).not.toBe(first);
});

test('a value with a line break would be two settings, so it is refused', () => {
	expect(() => settingsText({BFB_FILE: 'a\nEDGE_APPLIANCE=false'})).toThrow('BFB_FILE has a line break in it');
});
