import fs from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {createNode, environment, superNic} from './node-under-test.ts';

const kubeadm = ['etc/kubernetes/kubelet.conf', 'etc/kubernetes/admin.conf'] as const;

test.each([
	['k3s', 'var/lib/rancher/k3s/agent/kubelet.kubeconfig', 'etc/rancher/k3s/k3s.yaml'],
	['rke2', 'var/lib/rancher/rke2/agent/kubelet.kubeconfig', 'etc/rancher/rke2/rke2.yaml'],
])('the cluster is asked with the credentials of %s', async (distribution, kubelet, admin) => {
	const node = createNode({
		cards: [{...superNic, firmware: environment.BFB_FW}],
		state: 'precomplete',
		taint: true,
		environment: {NUMVF_EW: '0'},
	});
	for (const file of kubeadm) node.remove(file);
	node.write(kubelet, '');
	node.write(admin, '');
	// Neither puts a kubectl into the PATH.
	const stub = fs.readlinkSync(path.join(node.bin, 'kubectl'));
	node.removeTool('kubectl');
	const program =
		distribution === 'k3s' ? path.join(node.bin, 'k3s') : path.join(node.root, 'var/lib/rancher/rke2/bin/kubectl');
	fs.mkdirSync(path.dirname(program), {recursive: true});
	fs.symlinkSync(stub, program);
	const {code, output, calls} = await node.run();
	expect(code, output).toBe(0);
	expect(node.state()).toBe('complete');
	const words = distribution === 'k3s' ? 'k3s kubectl' : 'kubectl';
	expect(calls).toContain(`${words} --kubeconfig /${kubelet} --request-timeout=20s get node worker-1 -o facts`);
	expect(calls).toContain(
		`${words} --kubeconfig /${admin} --request-timeout=20s taint node worker-1 spectrocloud.com/nodeprep-`,
	);
});

test('a host that has joined no cluster says so, and what it looked for', async () => {
	const node = createNode();
	node.remove(kubeadm[0]);
	const {code, output, calls} = await node.run([], {env: {NODEPREP_NODE_LIMIT: '5'}});
	expect(code).toBe(20);
	expect(output).toMatch(/none of \S*kubelet\.conf \S*k3s\S* \S*rke2\S* is there: this host has not joined a cluster/);
	expect(calls.filter(call => call.startsWith('kubectl'))).toEqual([]);
});
