import {expect, test} from 'vitest';
import {checkDaemonNetwork} from '../../../../source/builders/canvos/docker/daemon-network-checks.ts';
import {withHubMirrors} from '../../../../source/builders/canvos/docker/hub-mirrors.ts';
import {buildkitToml} from '../../../../source/builders/canvos/earthly/runners/earthly-config.ts';
import {canvosSettings} from '../canvos-settings.ts';

const mirrors = (...Mirrors: string[]) => ({RegistryConfig: {Mirrors}});

test('a Docker that was told nothing of the network says nothing', () => {
	const info = {RegistryConfig: {Mirrors: null, IndexConfigs: {'docker.io': {Secure: true}}}};
	expect(checkDaemonNetwork(canvosSettings(), info)).toEqual([]);
	expect(withHubMirrors(canvosSettings(), {})).toEqual(canvosSettings());
});

test('Docker’s mirrors of Docker Hub serve BuildKit, too, unless the settings name others', () => {
	const info = mirrors('https://hub.example.com/', 'http://hub.lan:5000/');
	const settings = canvosSettings({registryMirrors: 'quay.io=quay.example.com'});
	const toml = buildkitToml(withHubMirrors(settings, info), undefined);
	expect(toml).toContain('[registry."docker.io"]\nmirrors = ["hub.example.com","hub.lan:5000"]');
	expect(toml).toContain('[registry."hub.lan:5000"]\nhttp = true');
	expect(toml).toContain('[registry."quay.io"]\nmirrors = ["quay.example.com"]');
	expect(checkDaemonNetwork(settings, info)).toMatchObject([{id: 'docker-mirrors', verdict: 'pass'}]);
	const own = canvosSettings({registryMirrors: 'docker.io=mirror.example.com'});
	expect(withHubMirrors(own, info)).toEqual(own);
	for (const runner of ['remote', 'upstream-script'] as const)
		expect(withHubMirrors(canvosSettings({runner}), info).registryMirrors).toBe('');
});

test('registries without verification are named where base images come from them', () => {
	const info = {RegistryConfig: {IndexConfigs: {'old.lan:5000': {Secure: false}, 'other.lan': {Secure: false}}}};
	const checks = (settings: object) => checkDaemonNetwork(canvosSettings(settings), info);
	expect(checks({imageRegistry: 'old.lan:5000/edge'})).toEqual([]);
	expect(checks({spectroPubRepo: 'old.lan:5000/palette'})).toMatchObject([
		{
			id: 'docker-insecure-registries',
			verdict: 'warn',
			hint: expect.stringContaining('REGISTRY_MIRRORS=old.lan:5000=http://old.lan:5000'),
		},
	]);
	const registryMirrors = 'old.lan:5000=http://old.lan:5000';
	expect(checks({spectroPubRepo: 'old.lan:5000/palette', registryMirrors})).toEqual([]);
});

test('a proxy that only Docker or only the build has is warned about, without its password', () => {
	const ours = {httpsProxy: 'http://ann:secret@proxy.example.com:3128'};
	const theirs = {HttpsProxy: 'http://xxxxx:xxxxx@proxy.example.com:3128'};
	const detailOf = (...[settings, info]: [object, object]) => checkDaemonNetwork(canvosSettings(settings), info)[0];
	expect(detailOf({}, theirs)).toMatchObject({
		verdict: 'warn',
		detail: 'Docker goes through proxy.example.com:3128, the build through none',
		hint: expect.stringContaining('HTTPS_PROXY'),
	});
	expect(detailOf(ours, {})).toMatchObject({verdict: 'warn', hint: expect.stringContaining('/etc/docker/daemon.json')});
	expect(detailOf(ours, theirs)).toMatchObject({verdict: 'pass', detail: 'proxy.example.com:3128'});
	expect(JSON.stringify([detailOf(ours, {}), detailOf(ours, theirs)])).not.toContain('secret');
	expect(detailOf(ours, {HttpProxy: 'other.example.com:80'})).toMatchObject({verdict: 'warn'});
});
