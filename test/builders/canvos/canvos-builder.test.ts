import {statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {canvosBuilder} from '../../../source/builders/canvos/canvos-builder.ts';
import type {Settings} from '../../../source/settings/settings.ts';
import {canvosRun} from './canvos-run.ts';
import {fakeCanvos, stateOf} from './fake-canvos.ts';

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe('the source tree', () => {
	test('has the release with the overlay’s edits and content, and the settings as .arg', async () => {
		const {c, canvos, tree, seen} = await canvosRun({customTag: 'mine'});
		const before = stateOf(canvos);
		await canvosBuilder.prepareSource(c);
		const text = (path: string) => c.host.files.readText(tree(path));
		expect(await text('Dockerfile')).toContain('edge-builder: begin');
		expect(await text('Earthfile')).toContain('/usr/lib/edge-builder/build-modules --finish');
		expect(await text('edge-builder/settings/packages/settings.env')).toContain('EDGE_APPLIANCE=false\n');
		expect(await text('.arg')).toMatch(/^PE_VERSION=v4\.8\.10$/m);
		expect(modeOf(tree('.arg'))).toBe('600');
		expect(seen.notes.join('\n')).toContain('Checked out tag v4.8.10, commit');
		expect(stateOf(canvos)).toBe(before);
	});

	test('differs in SAVE IMAGE only when tag, registry and ISO have other names: every argument is in every RUN', async () => {
		const treeOf = async (more: Partial<Settings>) => {
			const {c, tree} = await canvosRun({
				edgeAppliance: true,
				docaSource: 'repository',
				firmware: 'url',
				bfbUrl: 'https://firmware.example.com/bundle.bfb',
				...more,
			});
			await canvosBuilder.prepareSource(c);
			const read = async (path: string) => (await c.host.files.readText(tree(path))) ?? '';
			return {
				arg: await read('.arg'),
				earthfile: (await read('Earthfile')).split('\n'),
				manifest: await read('edge-builder/settings/files/image.json'),
			};
		};
		const one = await treeOf({customTag: 'one', imageRegistry: 'one.example.com', isoName: 'one'});
		const other = await treeOf({
			customTag: '',
			imageRegistry: 'other.example.com:5000/a',
			imageRepo: 'b',
			isoName: 'c',
		});
		expect(other.arg).toBe(one.arg);
		expect(other.manifest).toBe(one.manifest);
		expect(one.earthfile.filter((line, index) => line !== other.earthfile[index])).toEqual([
			'    SAVE IMAGE one.example.com/ubuntu:kubeadm-1.34.2-v4.8.10-one',
			'    SAVE IMAGE palette-installer-image:v4.8.10-one',
		]);
		expect(other.earthfile).toContain('    SAVE IMAGE other.example.com:5000/a/b:kubeadm-1.34.2-v4.8.10');
	});

	test('tells the names to an Earthfile that uses them for more than the names of results', async () => {
		const {c, canvos, tree} = await canvosRun({customTag: 'mine'});
		const text = (await c.host.files.readText(join(canvos.clone, 'Earthfile'))) ?? '';
		canvos.write('Earthfile', text.replace('    RUN true', '    RUN echo "$CUSTOM_TAG" > /etc/motd'));
		canvos.git('commit', '--quiet', '--all', '--message', 'A fork');
		canvos.git('tag', '--force', 'v4.8.10');
		await canvosBuilder.prepareSource(c);
		expect(await c.host.files.readText(tree('.arg'))).toContain('CUSTOM_TAG=mine\n');
		expect(await c.host.files.readText(tree('Earthfile'))).toContain('SAVE IMAGE --push $IMAGE_PATH');
	});

	test('stays without overlay when one edit does not fit', async () => {
		const {c, canvos, tree} = await canvosRun();
		const dockerfile = 'ARG BASE\nFROM $BASE\n';
		canvos.write('Dockerfile', dockerfile);
		canvos.commit('Without the anchor');
		canvos.git('tag', '--force', 'v4.8.10');
		await expect(canvosBuilder.prepareSource(c)).rejects.toMatchObject({code: 'overlay-misfit'});
		expect(await c.host.files.readText(tree('Dockerfile'))).toBe(dockerfile);
		expect(await c.host.files.readText(tree('Earthfile'))).not.toContain('edge-builder');
	});

	test('is refused with an argument that its Earthfile does not have, and takes one that it alone has', async () => {
		const {c, canvos, tree} = await canvosRun({canvosArguments: 'SITE_CODE=7'});
		await expect(canvosBuilder.prepareSource(c)).rejects.toMatchObject({
			code: 'canvos-argument-unknown',
			exit: 'usage',
		});
		const earthfile = await c.host.files.readText(tree('Earthfile'));
		canvos.write('Earthfile', `${earthfile}\nsite:\n    ARG SITE_CODE\n`);
		await c.host.files.remove(tree(''), c.workspace.state);
		await canvosBuilder.prepareSource(c);
		expect(await c.host.files.readText(tree('.arg'))).toContain('SITE_CODE=7\n');
	});

	test('has user-data that only its owner can read, and never tells what is in it', async () => {
		const {c, canvos, tree, seen} = await canvosRun({userData: 'my-user-data'});
		writeFileSync(join(c.workspace.root, 'my-user-data'), '#cloud-config\nstylus: {site: {edgeHostToken: geheim}}\n');
		await canvosBuilder.prepareSource(c);
		expect(await c.host.files.readText(tree('user-data'))).toContain('geheim');
		expect(modeOf(tree('user-data'))).toBe('600');
		expect(JSON.stringify([seen.notes, seen.logs])).not.toContain('geheim');
		expect(JSON.stringify(await canvosBuilder.isoInputs(c))).not.toContain('geheim');
		expect(canvos.git('status', '--porcelain')).toBe('');
	});

	test('says when the user-data file does not exist', async () => {
		const {c} = await canvosRun({userData: 'no-such-file'});
		await expect(canvosBuilder.prepareSource(c)).rejects.toMatchObject({code: 'user-data-missing', exit: 'usage'});
	});

	test('has files of the workspace that CanvOS looks for in its own folder', async () => {
		const {c, tree} = await canvosRun({caFile: 'company.pem'});
		writeFileSync(join(c.workspace.root, 'spc.tgz'), 'cluster');
		writeFileSync(join(c.workspace.root, 'company.pem'), 'certificate');
		await canvosBuilder.prepareSource(c);
		expect(await c.host.files.readText(tree('spc.tgz'))).toBe('cluster');
		expect(await c.host.files.readText(tree('certs/edge-builder-ca.crt'))).toBe('certificate');
		expect(await c.host.files.exists(tree('.edge-custom-config.yaml'))).toBe(false);
	});

	test('keeps a token of Ubuntu Pro out of .arg and out of the build context', async () => {
		const {c, tree} = await canvosRun({ubuntuProAttach: true, ubuntuProKey: 'Geheim123'});
		await canvosBuilder.prepareSource(c);
		expect(await c.host.files.readText(tree('.arg'))).not.toContain('Geheim123');
		expect(await c.host.files.readText(tree('.secret'))).toBe('UBUNTU_PRO_KEY=Geheim123\n');
		expect(modeOf(tree('.secret'))).toBe('600');
		expect(await c.host.files.readText(tree('.earthlyignore'))).toBe('local/\nbuild/*\n.secret\n');
	});
});

describe('a build', () => {
	const built = async (more: Partial<Settings> = {}) => {
		const run = await canvosRun(more);
		await canvosBuilder.prepareSource(run.c);
		await canvosBuilder.buildProviderImage(run.c);
		await canvosBuilder.buildInstallerIso(run.c);
		return run;
	};

	test('makes one version’s image, then the ISO', async () => {
		const {c, calls} = await built();
		expect(await calls()).toEqual([
			'+build-provider-images --ARCH=amd64 --K8S_VERSION=1.34.2',
			'+iso --ARCH=amd64 --K8S_VERSION=1.34.2',
		]);
		expect(await c.host.files.readText(canvosBuilder.isoOutput(c))).toBe('new\n');
	});

	test('by earthly.sh, which is cold each time, makes both in one go', async () => {
		const {c, calls} = await built({runner: 'upstream-script'});
		expect(await calls()).toEqual(['+build-all-images --ARCH=amd64 --K8S_VERSION=1.34.2']);
		expect(await c.host.files.readText(canvosBuilder.isoOutput(c))).toBe('new\n');
	});

	test('never takes what lay in the output folder for its own', async () => {
		const {c, tree} = await canvosRun();
		await canvosBuilder.prepareSource(c);
		await c.host.files.write(tree('build/stale.iso'), 'stale');
		await canvosBuilder.buildInstallerIso(c);
		expect(await c.host.files.list(tree('build'))).toEqual(['palette-edge-installer.iso']);
	});
});

describe('inputs', () => {
	/** Inputs of image and ISO in a new workspace, from one repository. */
	const inputsFrom = async (canvosSource: string, more: Partial<Settings> = {}) => {
		const {c} = await canvosRun({canvosSource, ...more});
		return {image: await canvosBuilder.imageInputs(c), iso: await canvosBuilder.isoInputs(c)};
	};

	test('are equal for equal builds, also of other workspaces', async () => {
		const {clone} = await fakeCanvos();
		expect(await inputsFrom(clone)).toEqual(await inputsFrom(clone));
	});

	test('change with the commit that a name stands for', async () => {
		const canvos = await fakeCanvos();
		const before = await inputsFrom(canvos.clone, {canvosRef: 'main'});
		canvos.commit('Another', {kubeadm: ['1.35.2']});
		expect(await inputsFrom(canvos.clone, {canvosRef: 'main'})).not.toEqual(before);
	});

	test('know nothing of proxies, whose address may hold a password', async () => {
		const {clone} = await fakeCanvos();
		const proxied = await inputsFrom(clone, {httpsProxy: 'http://me:geheim@proxy.example.com:3128'});
		expect(proxied).toEqual(await inputsFrom(clone));
	});

	test('of the image don’t change with the name of the ISO', async () => {
		const {clone} = await fakeCanvos();
		const one = await inputsFrom(clone, {isoName: 'one'});
		const other = await inputsFrom(clone, {isoName: 'other'});
		expect(one.image).toEqual(other.image);
		expect(one.iso).not.toEqual(other.iso);
	});
});
