import fs from 'node:fs';
import path from 'node:path';
import {describe, expect, test} from 'vitest';
import {createNode, environment, taintKey} from './node-under-test.ts';

const card = {slot: '0000:05:00', kind: 'SuperNIC' as const, firmware: environment.BFB_FW};

describe('ACS', () => {
	// A bridge above the card; another device that has nothing to do with the fabric.
	const withBridge = (DISABLE_ACS: string) => {
		const node = createNode({cards: [card], state: 'complete', environment: {DISABLE_ACS, NUMVF_EW: '0'}});
		const real = 'sys/devices/pci0000:00/0000:00:01.0/0000:05:00.0';
		fs.mkdirSync(path.join(node.root, path.dirname(real)), {recursive: true});
		fs.renameSync(path.join(node.root, 'sys/bus/pci/devices/0000:05:00.0'), path.join(node.root, real));
		fs.symlinkSync(path.join(node.root, real), path.join(node.root, 'sys/bus/pci/devices/0000:05:00.0'));
		node.write('sys/bus/pci/devices/0000:7f:00.0/vendor', '0x8086\n');
		node.tell('acs/0000:00:01.0', '001d\n');
		node.tell('acs/0000:7f:00.0', '001d\n');
		return node;
	};

	test('goes off on cards and the bridges above them, nowhere else, and is read back', async () => {
		const node = withBridge('true');
		const {code, calls} = await node.run();
		expect(code).toBe(0);
		expect(calls.filter(call => call.startsWith('setpci'))).toEqual([
			'setpci -v -s 0000:00:01.0 ECAP_ACS+0x6.w',
			'setpci -v -s 0000:00:01.0 ECAP_ACS+0x6.w=0000',
			'setpci -v -s 0000:00:01.0 ECAP_ACS+0x6.w',
			'setpci -v -s 0000:05:00.0 ECAP_ACS+0x6.w',
		]);
		expect(node.told('acs/0000:7f:00.0')).toBe('001d\n');
	});

	test('is not written again', async () => {
		const node = withBridge('true');
		await node.run();
		expect((await node.run()).calls.filter(call => call.includes('=0000'))).toEqual([]);
	});

	test('that stays is an error in the log, not the end', async () => {
		const node = withBridge('true');
		node.tell('acs/0000:00:01.0.stuck', '');
		const {code, output} = await node.run();
		expect(code).toBe(0);
		expect(output).toContain('0000:00:01.0: ACS reads 001d after writing, expected 0000');
		expect(output).toContain('1 PCI functions kept ACS');
	});

	test('is not touched unless asked for', async () => {
		expect((await withBridge('false').run()).calls.filter(call => call.startsWith('setpci'))).toEqual([]);
	});
});

describe('NFS over RDMA', () => {
	const node = (value: string, immutable = true) =>
		createNode({cards: [card], immutable, state: 'complete', environment: {NFSORDMA_ENABLED: value}});

	test('off: nothing is loaded', async () => {
		expect((await node('false').run()).calls.some(call => call.startsWith('modprobe'))).toBe(false);
	});

	test('on an immutable host: warns about packages, loads the modules', async () => {
		const {calls, output, code} = await node('true').run();
		expect(code).toBe(0);
		expect(calls).toContain('modprobe -a rpcrdma xprtrdma svcrdma');
		expect(output).toContain('mlnx-nfsrdma-dkms is not in the image');
	});

	test('on a mutable host: installs, loads, and loads again at boot', async () => {
		const host = node('true', false);
		const {calls} = await host.run();
		expect(calls).toContain('apt-get install -y --no-install-recommends mlnx-nfsrdma-dkms');
		expect(host.read('etc/modules-load.d/nfsrdma.conf')).toBe('rpcrdma\nxprtrdma\nsvcrdma\n');
	});

	test('modules that are there are not loaded again', async () => {
		const host = node('true');
		host.write('sys/module/rpcrdma/refcnt', '0\n');
		expect((await host.run()).calls.some(call => call.startsWith('modprobe'))).toBe(false);
	});

	test('modules that cannot be loaded are a warning', async () => {
		const host = node('true');
		host.fail('modprobe*');
		const {code, output} = await host.run();
		expect(code).toBe(0);
		expect(output).toContain('the modules cannot be loaded');
	});
});

test('the driver marker is there after each boot', async () => {
	const node = createNode({cards: [card], state: 'complete'});
	await node.run();
	expect(node.exists('run/mellanox/drivers/.driver-ready')).toBe(true);
	node.reboot();
	await node.run();
	expect(node.exists('run/mellanox/drivers/.driver-ready')).toBe(true);
});

describe('on a control plane node', () => {
	const taint = `taint ${taintKey}:NoSchedule`;

	test('the taint goes with completion, by the administrator', async () => {
		const node = createNode({cards: [card], controlPlane: true, taint: true, state: 'complete'});
		const {calls} = await node.run();
		expect(calls).toContain('kubectl (admin) taint node worker-1 spectrocloud.com/nodeprep-');
		expect(node.facts()).not.toContain(taint);
		expect((await node.run()).calls.some(call => call.includes('taint'))).toBe(false);
	});

	test('of Stylus the taint is not lent out in the first stage', async () => {
		const node = createNode({controlPlane: true, taint: true});
		const {calls} = await node.run();
		expect(calls.some(call => call.includes('taint'))).toBe(false);
		expect(node.facts()).toContain(taint);
	});

	const first = (options = {}) => {
		const node = createNode({controlPlane: true, taint: true, stylus: false, ...options});
		node.tell('nodes', 'node/worker-1\n');
		return node;
	};

	test('alone and without Stylus: untainted until cert-manager is deployed, then for CP_DELAY', async () => {
		const node = first();
		node.tell('cert-manager', '');
		const {calls, code} = await node.run();
		expect(code).toBe(40);
		expect(calls.filter(call => /taint|secret|sleep/.test(call))).toEqual([
			'kubectl (admin) taint node worker-1 spectrocloud.com/nodeprep-',
			'kubectl (admin) get secret -n cert-manager -l owner=helm,name=cert-manager,status=deployed -o name',
			'kubectl (admin) taint node worker-1 spectrocloud.com/nodeprep:NoSchedule --overwrite',
			'kubectl (admin) taint node worker-1 spectrocloud.com/nodeprep-',
			'sleep 60',
			'sleep 60',
			'kubectl (admin) taint node worker-1 spectrocloud.com/nodeprep:NoSchedule --overwrite',
		]);
		expect(node.facts()).toContain(taint);
	});

	test('a cert-manager that never comes ends the wait, and the taint is back', async () => {
		const node = first();
		const {code, output} = await node.run([], {env: {NODEPREP_CERT_MANAGER_LIMIT: '30'}});
		expect(code).toBe(20);
		expect(output).toContain('cert-manager was not deployed within 30 s');
		expect(node.facts()).toContain(taint);
	});

	const others = `taint ${taintKey}=true:NoExecute\ntaint ${taintKey}:PreferNoSchedule\n`;

	test('the taint goes by its key, whatever its value and effect', async () => {
		const node = createNode({cards: [card], controlPlane: true, state: 'complete'});
		node.tell('node', `${node.told('node')}${others}taint ${taintKey}-of-another:NoSchedule\n`);
		expect((await node.run()).code).toBe(0);
		expect(node.facts().filter(fact => fact.startsWith('taint'))).toEqual([`taint ${taintKey}-of-another:NoSchedule`]);
	});

	test('exactly what was borrowed comes back, also by the start after a kill', async () => {
		const node = first({taint: false});
		node.tell('cert-manager', '');
		node.tell('node', `${node.told('node')}${others}`);
		const killed = await node.run([], {kill: '8+'});
		expect([killed.signal, killed.calls.at(-1)]).toEqual([
			'SIGKILL',
			`kubectl (admin) taint node worker-1 ${taintKey}-`,
		]);
		expect(node.facts().some(fact => fact.startsWith('taint'))).toBe(false);
		expect((await node.run()).code).toBe(40);
		expect(node.facts().filter(fact => fact.startsWith('taint'))).toEqual(others.trim().split('\n'));
	});

	test('one of several: only CP_DELAY', async () => {
		const node = createNode({controlPlane: true, taint: true, stylus: false});
		const {calls} = await node.run();
		expect(calls.some(call => call.includes('secret'))).toBe(false);
		expect(calls.filter(call => call.includes('taint'))).toHaveLength(2);
		expect(node.facts()).toContain(taint);
	});
});
