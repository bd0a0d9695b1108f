import fs from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {createNode} from './node-under-test.ts';

const recorded = path.join(import.meta.dirname, 'life.calls');

const chapters = [
	'absent: init, flash',
	'after the flash: config',
	'after the configuration: precomplete, complete',
	'after a reboot: complete again',
	'without a reboot: complete again',
];

// All calls of a node with a SuperNIC of two ports and a ConnectX, in order, as recorded in life.calls. To record anew
// after an intended change, delete that file, run this test, and read what is different.
test('a whole life makes exactly the recorded calls', async () => {
	const node = createNode({
		cards: [
			{slot: '0000:05:00', kind: 'SuperNIC', ports: 2},
			{slot: '0001:41:00', kind: 'ConnectX', guid: 'a088c203004f1b2c'},
		],
		environment: {DISABLE_ACS: 'true'},
		taint: true,
	});
	node.tell('acs/0000:05:00.0', '001d\n');
	const starts = [];
	for (const [i, code] of [40, 40, 0, 0, 0].entries()) {
		if (i > 0 && i < 4) {
			node.reboot();
		}
		const {calls, code: got, output} = await node.run();
		expect(got, output).toBe(code);
		starts.push([`# ${chapters[i]}`, ...calls, ''].join('\n'));
	}
	if (!fs.existsSync(recorded)) {
		fs.writeFileSync(recorded, starts.join('\n'));
	}
	expect(starts.join('\n').split('\n')).toEqual(fs.readFileSync(recorded, 'utf8').split('\n'));
	// A reboot takes the virtual functions, nothing else; without one there is nothing to write at all.
	const writes = /label|cordon| set |=0000|mst start|enable|delete|bfb-install|shutdown/;
	expect(starts[3]?.split('\n').filter(call => writes.test(call))).toEqual([
		'mst start',
		'kubectl cordon worker-1',
		expect.stringContaining('kubectl delete pod -n nvidia-network-operator -l app=sriov-device-plugin'),
		'kubectl uncordon worker-1',
	]);
	expect(starts[4]?.split('\n').filter(call => writes.test(call))).toEqual([]);
	expect(node.facts().sort()).toEqual([
		'condition MemoryPressure=False',
		'condition Ready=True',
		'label kubernetes.io/os=linux',
		...['05.00', '05.00.1', '0001.41.00'].flatMap((address, i) => [
			`label spectrocloud.com/nic-${i + 1}-addr=${address}`,
			`label spectrocloud.com/nic-${i + 1}-fw=${i < 2 ? '32.47.1088' : '28.39.1002'}`,
			`label spectrocloud.com/nic-${i + 1}-health=ok`,
			`label spectrocloud.com/nic-${i + 1}-linkspeed=32.0GTs`,
			`label spectrocloud.com/nic-${i + 1}-linkwidth=16x`,
			`label spectrocloud.com/nic-${i + 1}-name=nic${i < 2 ? '00000500' : '00014100'}p${i === 1 ? 1 : 0}`,
			`label spectrocloud.com/nic-${i + 1}-psid=MT_0000000884`,
			`label spectrocloud.com/nic-${i + 1}-type=${i < 2 ? 'SuperNIC' : 'ConnectX'}`,
		]),
		'label spectrocloud.com/nodeprep=complete',
		'taint spectrocloud.com/nodeprep:NoSchedule',
	]);
});
