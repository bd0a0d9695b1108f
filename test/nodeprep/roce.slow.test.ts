import {expect, test} from 'vitest';
import {likeTheKernel} from './node-under-test.ts';
import {changes, functionOf, railNode} from './rail-node.ts';

const lossless = {LOSSLESS_ROCE: 'true'};
const at = (address: string) => `sys/bus/pci/devices/${address}`;
const port = `${at('0000:05:00.0')}/net/nic00000500p0`;

test('flow control, congestion control and the traffic class of each function', async () => {
	const node = railNode({environment: lossless});
	const {code, output, calls} = await node.run([], {env: likeTheKernel});
	expect(code, output).toBe(0);
	expect(node.told('qos/0000:05:00.0')).toBe('dscp 0,0,0,1,0,0,0,0\n');
	const enabled = (point: string) =>
		[0, 1, 2, 3, 4, 5, 6, 7].map(priority => node.read(`${port}/ecn/roce_${point}/enable/${priority}`).trim()).join('');
	expect([enabled('rp'), enabled('np')]).toEqual(['00010000', '00010000']);
	expect(node.read(`${port}/ecn/roce_np/cnp_dscp`)).toBe('48');
	for (const v of [0, 1]) {
		const address = functionOf('0000:05:00', v);
		expect(node.told(`tos/${address}`)).toBe('96\n');
		expect(node.read(`${at(address)}/infiniband/mlx5_v05000${v}/tc/1/traffic_class`)).toBe('Global tclass=96');
	}
	expect(node.told('tos/0000:05:00.0')).toBeUndefined();
	expect(changes(calls).filter(call => /050/.test(call))).toEqual([
		'mlnx_qos -i nic00000500p0 --pfc=0,0,0,1,0,0,0,0 --trust=dscp',
		'cma_roce_tos -d mlx5_v050000 -t 96 -p 1',
		'cma_roce_tos -d mlx5_v050001 -t 96 -p 1',
	]);
	// What the kernel shows of it is as wanted, too.
	expect(changes((await node.run([], {env: likeTheKernel})).calls)).toEqual([]);
});

test('a port trusts DSCP before its functions are made, which take that over only then', async () => {
	const node = railNode({environment: {...lossless, rails_pciaddr: '05:00'}});
	node.write(`${at('0000:05:00.0')}/sriov_numvfs`, '0\n');
	const first = await node.run();
	expect(first.code, first.output).toBe(0);
	expect(changes(first.calls).slice(0, 2)).toEqual([
		'mlnx_qos -i nic00000500p0 --pfc=0,0,0,1,0,0,0,0 --trust=dscp',
		'kubectl cordon worker-1',
	]);
	expect(first.output).not.toContain('at the next reboot');
	node.untell('qos/0000:05:00.0');
	expect((await node.run()).output).toContain(
		'0000:05:00.0: its virtual functions take the trust in DSCP over at the next reboot',
	);
});

test('the port itself where it has no functions', async () => {
	const node = railNode({environment: {...lossless, NUMVF_EW: '0'}});
	const {code, output} = await node.run();
	expect(code, output).toBe(0);
	expect(node.told('tos/0000:05:00.0')).toBe('96\n');
	expect(node.told(`tos/${functionOf('0000:05:00')}`)).toBeUndefined();
});

test('only what differs is written', async () => {
	const node = railNode({environment: {...lossless, rails_pciaddr: '05:00'}});
	node.tell('qos/0000:05:00.0', 'dscp 0,0,0,1,0,0,0,0\n');
	node.tell(`tos/${functionOf('0000:05:00')}`, '96\n');
	const {code, calls} = await node.run();
	expect(code).toBe(0);
	expect(changes(calls)).toEqual(['cma_roce_tos -d mlx5_v050001 -t 96 -p 1']);
});

test('other priorities and what they were set to stay', async () => {
	const node = railNode({environment: lossless});
	node.write(`${port}/ecn/roce_rp/enable/5`, '1\n');
	await node.run();
	expect(node.read(`${port}/ecn/roce_rp/enable/5`)).toBe('1\n');
});

test('the connection manager is loaded when it is missing', async () => {
	const node = railNode({environment: lossless});
	node.tell('no-rdma-cm', '');
	const {code, calls} = await node.run();
	expect(code).toBe(0);
	expect(calls.filter(call => call.startsWith('modprobe'))).toEqual(['modprobe rdma_cm']);
});

test('each failure is named, the other rails are set up, and the end is 37', async () => {
	const slots = [0, 1, 2, 3, 4].map(i => `0000:${i}5:00`);
	const node = railNode({
		cards: slots.map((slot, i) => ({slot, kind: 'ConnectX', guid: `a088c203004f1b${i}c`})),
		environment: lossless,
	});
	node.fail('mlnx_qos -i nic00000500p0 --pfc*');
	node.fail('mlnx_qos -i nic00001500p0');
	node.remove(`${at('0000:25:00.0')}/net/nic00002500p0/ecn`);
	node.fail('cma_roce_tos -d mlx5_v350000 -t*');
	const {code, output} = await node.run();
	expect(code).toBe(37);
	for (const says of [
		'mlnx_qos fails for nic00000500p0',
		'mlnx_qos cannot read nic00001500p0',
		'nic00002500p0/ecn/roce_rp/enable/3 is missing: the driver in use',
		'cma_roce_tos fails for mlx5_v350000',
	]) {
		expect(output).toContain(says);
	}
	expect(slots.map(slot => node.told(`tos/${functionOf(slot)}`)?.trim())).toEqual(['96', '96', '96', '0', '96']);
	expect(node.told('qos/0000:45:00.0')).toBe('dscp 0,0,0,1,0,0,0,0\n');
	expect(node.state()).toBe('precomplete');
});

test('what mlnx_qos does not show after it was set is not believed', async () => {
	const node = railNode({environment: lossless});
	node.tell('qos-does-not-stick', '');
	const {code, output} = await node.run();
	expect(code).toBe(37);
	expect(output).toContain('nic00000500p0 has trust and PFC pcp 0,0,0,0,0,0,0,0 after');
});

test('its programs are asked for before anything is done', async () => {
	const node = railNode({environment: lossless});
	node.removeTool('mlnx_qos');
	const {code, output, calls} = await node.run();
	expect(code).toBe(12);
	expect(output).toContain('not installed: mlnx_qos');
	expect(changes(calls)).toEqual([]);
});
