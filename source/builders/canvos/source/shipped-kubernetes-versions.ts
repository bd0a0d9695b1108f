import {shippedReleases} from './release-tags.ts';

/** Kubernetes versions by distribution, separated by blanks. */
type Versions = Readonly<Record<string, string>>;

/** What changes in `k8s_version.json` from release to release. */
const changes: readonly {from: string; added: Versions; removed?: Versions}[] = [
	{
		from: 'v4.5.3',
		added: {
			k3s: '1.26.4 1.26.14 1.27.2 1.27.9 1.27.11 1.27.15 1.28.5 1.28.7 1.28.11 1.28.13 1.28.14 1.29.0 1.29.2 1.29.6 1.29.8 1.29.9 1.30.4 1.30.5',
			kubeadm:
				'1.26.4 1.26.8 1.26.10 1.26.12 1.26.15 1.27.2 1.27.5 1.27.7 1.27.9 1.27.11 1.27.15 1.27.16 1.28.2 1.28.5 1.28.9 1.28.11 1.28.12 1.28.13 1.28.14 1.29.0 1.29.6 1.29.7 1.29.8 1.29.9 1.30.4 1.30.5',
			'kubeadm-fips':
				'1.26.4 1.26.12 1.26.15 1.27.2 1.27.9 1.27.14 1.27.15 1.27.16 1.28.5 1.28.10 1.28.11 1.28.12 1.28.13 1.28.14 1.29.0 1.29.5 1.29.6 1.29.7 1.29.8 1.29.9 1.30.4 1.30.5',
			rke2: '1.26.4 1.26.8 1.26.10 1.26.12 1.26.14 1.26.15 1.27.2 1.27.5 1.27.7 1.27.9 1.27.11 1.27.13 1.27.14 1.27.15 1.28.2 1.28.5 1.28.7 1.28.9 1.28.10 1.28.11 1.28.12 1.28.13 1.29.3 1.29.4 1.29.5 1.29.6 1.29.7 1.29.8 1.30.3 1.30.4',
		},
	},
	{from: 'v4.5.5', added: {nodeadm: '1.29.0 1.30.0'}},
	{from: 'v4.5.7', added: {rke2: '1.28.14 1.29.9 1.30.5'}},
	{
		from: 'v4.5.11',
		added: {
			k3s: '1.28.15 1.29.10 1.30.6 1.31.1',
			kubeadm: '1.28.15 1.29.10 1.30.6',
			'kubeadm-fips': '1.28.15 1.29.10 1.30.6',
			rke2: '1.28.15 1.29.10 1.30.6 1.31.1',
		},
	},
	{
		from: 'v4.5.14',
		added: {
			k3s: '1.29.12 1.30.8 1.31.4',
			kubeadm: '1.29.12 1.30.8',
			'kubeadm-fips': '1.29.12 1.30.8',
			nodeadm: '1.31.0',
			rke2: '1.29.12 1.30.8 1.31.4',
		},
	},
	{
		from: 'v4.6.3',
		added: {
			k3s: '1.29.13 1.30.9 1.31.5 1.32.1',
			kubeadm: '1.29.13 1.30.9',
			'kubeadm-fips': '1.29.13 1.30.9',
			rke2: '1.29.13 1.30.9 1.31.5 1.32.1',
		},
	},
	{
		from: 'v4.6.9',
		added: {kubeadm: '1.29.14 1.30.10 1.31.6', 'kubeadm-fips': '1.29.14 1.30.10 1.31.6'},
		removed: {
			k3s: '1.26.4',
			kubeadm: '1.26.4 1.26.8 1.26.10 1.26.12 1.26.15',
			'kubeadm-fips': '1.26.4 1.26.12 1.26.15',
			rke2: '1.26.4 1.26.8 1.26.10 1.26.12 1.26.14 1.26.15',
		},
	},
	{
		from: 'v4.6.16',
		added: {
			k3s: '1.29.14 1.30.10 1.31.6 1.32.2',
			kubeadm: '1.32.2',
			'kubeadm-fips': '1.32.2',
			rke2: '1.29.14 1.30.10 1.31.6 1.32.2',
		},
	},
	{from: 'v4.6.17', added: {'kubeadm-fips': '1.30.11'}},
	{
		from: 'v4.6.21',
		added: {
			canonical: '1.32.3',
			k3s: '1.30.11 1.31.7 1.32.3',
			kubeadm: '1.30.11 1.31.7 1.32.3',
			'kubeadm-fips': '1.31.7 1.32.3',
			rke2: '1.30.11 1.31.7 1.32.3',
		},
	},
	{
		from: 'v4.7.2',
		added: {
			canonical: '1.32.5 1.33.0',
			k3s: '1.30.12 1.31.8 1.32.4 1.33.1',
			kubeadm: '1.30.12 1.31.8 1.32.4 1.33.1',
			'kubeadm-fips': '1.30.12 1.31.8 1.32.4 1.33.1',
			rke2: '1.30.12 1.31.8 1.32.4 1.33.1',
		},
	},
	{
		from: 'v4.7.9',
		added: {
			canonical: '1.32.6 1.33.2',
			k3s: '1.30.14 1.31.10 1.32.6 1.33.3',
			kubeadm: '1.30.14 1.31.10 1.32.6 1.33.3',
			'kubeadm-fips': '1.30.14 1.31.10 1.32.6 1.33.3',
			nodeadm: '1.32.0',
			rke2: '1.30.14 1.31.10 1.32.6 1.33.3',
		},
	},
	{from: 'v4.7.13', added: {kubeadm: '1.31.12 1.32.8 1.33.4', 'kubeadm-fips': '1.31.12 1.32.8 1.33.4'}},
	{
		from: 'v4.7.16',
		added: {k3s: '1.31.12 1.32.9 1.33.5', kubeadm: '1.33.5', 'kubeadm-fips': '1.33.5', rke2: '1.31.13 1.32.9 1.33.5'},
	},
	{
		from: 'v4.8.8',
		added: {
			canonical: '1.32.8 1.33.4',
			k3s: '1.31.14 1.32.10 1.33.6',
			kubeadm: '1.31.14 1.32.10 1.33.6',
			'kubeadm-fips': '1.31.14 1.32.10 1.33.6',
			rke2: '1.31.14 1.32.10 1.33.6',
		},
	},
	{from: 'v4.8.10', added: {k3s: '1.34.2', kubeadm: '1.34.2', 'kubeadm-fips': '1.34.2', rke2: '1.34.2'}},
	{
		from: 'v4.8.18',
		added: {
			k3s: '1.32.13 1.33.9 1.34.5 1.35.2',
			kubeadm: '1.32.9 1.32.13 1.33.9 1.34.5 1.35.2',
			'kubeadm-fips': '1.32.9 1.32.13 1.33.9 1.34.5 1.35.2',
			rke2: '1.32.13 1.33.9 1.34.5 1.35.2',
		},
	},
	{from: 'v4.9.0', added: {canonical: '1.32.11 1.33.8 1.34.4 1.35.2'}},
	{
		from: 'v4.9.10',
		added: {
			k3s: '1.33.10 1.34.6 1.35.3',
			kubeadm: '1.33.10 1.34.6 1.35.3',
			'kubeadm-fips': '1.33.10 1.34.6 1.35.3',
			rke2: '1.33.10 1.34.6 1.35.3',
		},
	},
	{
		from: 'v4.10.0',
		added: {k3s: '1.34.9', kubeadm: '1.33.13 1.34.9 1.35.6', 'kubeadm-fips': '1.33.13 1.34.9 1.35.6', rke2: '1.34.9'},
	},
];

/** Kubernetes versions of a release tag, by distribution; undefined for other tags, branches and commits. */
export function shippedKubernetesVersions(release: string): Record<string, string[]> | undefined {
	if (!shippedReleases.includes(release)) return undefined;
	const versions: Record<string, string[]> = {};
	for (const {from, added, removed = {}} of changes) {
		if (shippedReleases.indexOf(from) > shippedReleases.indexOf(release)) break;
		for (const [distribution, list] of Object.entries(removed)) {
			const gone = list.split(' ');
			versions[distribution] = (versions[distribution] ?? []).filter(version => !gone.includes(version));
		}
		for (const [distribution, list] of Object.entries(added)) {
			versions[distribution] = [...(versions[distribution] ?? []), ...list.split(' ')];
		}
	}
	return versions;
}
