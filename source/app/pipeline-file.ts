import {stringify} from 'yaml';
import {registryHost} from '../builders/canvos/docker/image-reference.ts';
import {fields, keyOfName} from '../settings/fields.ts';
import {referenceIn} from '../settings/preset-references.ts';
import type {Settings} from '../settings/settings.ts';
import {commandText} from '../text/shell-words.ts';

/** Services whose pipelines can be made. */
export type PipelineKind = 'github' | 'gitlab';

type Preset = {
	name: string;
	settings: Settings;
	/** What its file says, as text. */
	given: readonly {name: string; text: string}[];
};

/**
 * A pipeline that builds, verifies, boots and pushes a preset of the repository it lies in: text for `.github/workflows/` or
 * `.gitlab-ci.yml`. Secrets are named only.
 */
export const pipelineFile = (kind: PipelineKind, preset: Preset): string =>
	kind === 'github' ? github(preset) : gitlab(preset);

const secretsOf = ({given}: Preset): string[] => [
	...new Set(
		given.flatMap(({name, text}) => {
			const reference = referenceIn(text);
			if (reference?.kind === 'env') return [reference.name];
			// Nobody is there to be asked.
			const key = reference?.kind === 'prompt' ? keyOfName(name) : undefined;
			return key === undefined ? [] : [fields[key].name];
		}),
	),
];

const certificates = {
	'ca_cert.pem': 'BUILDKIT_CA_CERT',
	'earthly_cert.pem': 'BUILDKIT_CLIENT_CERT',
	'earthly_key.pem': 'BUILDKIT_CLIENT_KEY',
} as const;

const needsCertificates = ({settings}: Preset) =>
	settings.builder === 'canvos' && settings.runner === 'remote' && !settings.buildkitInsecure;

const login = ({settings}: Preset) =>
	`printf '%s' "$REGISTRY_PASSWORD" | docker login ${registryHost(settings.imageRegistry)} --username "$REGISTRY_USER" --password-stdin`;

const writeCertificates = (folder: string) =>
	[
		'umask 077',
		`mkdir -p "${folder}"`,
		...Object.entries(certificates).map(([file, name]) => `printf '%s\\n' "$${name}" >"${folder}/${file}"`),
	].join('\n');

const build = (preset: Preset, folder: string) =>
	[
		commandText(['npm', 'start', '--', 'build', '--preset', preset.name, '--plain', '--yes']),
		...(preset.settings.builder === 'canvos' ? ['--push'] : []),
		...(needsCertificates(preset) ? [`--buildkit-certificates "${folder}"`] : []),
	].join(' ');

const header = (kind: PipelineKind, preset: Preset, words: readonly string[]) =>
	[`Builds the preset ${preset.name}. Made by: edge-builder presets export ${preset.name} --pipeline ${kind}`, ...words]
		.map(line => `# ${line}\n`)
		.join('');

function github(preset: Preset): string {
	const folder = '$RUNNER_TEMP/buildkit-certificates';
	const secret = (name: string) => `\${{ secrets.${name} }}`;
	const env = (names: readonly string[]) =>
		names.length === 0 ? {} : {env: Object.fromEntries(names.map(name => [name, secret(name)]))};
	const isReal = preset.settings.builder === 'canvos';
	const steps = [
		{uses: 'actions/checkout@v5'},
		{uses: 'actions/setup-node@v5', with: {'node-version': 22}},
		{name: 'Let the smoke test use KVM', run: '[ ! -e /dev/kvm ] || sudo chmod a+rw /dev/kvm'},
		...(isReal
			? [{name: 'Log in to the registry', ...env(['REGISTRY_USER', 'REGISTRY_PASSWORD']), run: login(preset)}]
			: []),
		...(needsCertificates(preset)
			? [{name: 'Bring the certificates', ...env(Object.values(certificates)), run: writeCertificates(folder)}]
			: []),
		{name: 'Build', ...env(secretsOf(preset)), run: build(preset, folder)},
		{
			name: 'Keep reports and logs',
			if: 'always()',
			uses: 'actions/upload-artifact@v4',
			with: {name: 'runs', path: 'build/runs', 'if-no-files-found': 'ignore'},
		},
		{
			name: 'Keep the ISO',
			uses: 'actions/upload-artifact@v4',
			with: {name: 'iso', path: 'build/*.iso\nbuild/*.iso.sha256\n'},
		},
	];
	const workflow = {
		name: `Edge image ${preset.name}`,
		on: {workflow_dispatch: {}, push: {branches: ['main']}},
		// Two builds at once would push one name.
		concurrency: `edge-image-${preset.name}`,
		permissions: {contents: 'read'},
		jobs: {build: {'runs-on': 'ubuntu-24.04', 'timeout-minutes': 240, steps}},
	};
	const words = isReal
		? [
				'An edge build takes tens of gigabytes of disk: the smaller hosted runners are too small, a larger or an own one is not.',
			]
		: [];
	return `${header('github', preset, words)}${stringify(workflow, {lineWidth: 0})}`;
}

function gitlab(preset: Preset): string {
	const folder = '$CI_PROJECT_DIR.tmp/buildkit-certificates';
	const isReal = preset.settings.builder === 'canvos';
	const variables = [
		...(isReal ? ['REGISTRY_USER', 'REGISTRY_PASSWORD'] : []),
		...(needsCertificates(preset) ? Object.values(certificates) : []),
		...secretsOf(preset),
	];
	const pipeline = {
		'edge-image': {
			stage: 'build',
			tags: ['shell'],
			timeout: '4h',
			resource_group: `edge-image-${preset.name}`,
			script: [
				...(isReal ? [login(preset)] : []),
				...(needsCertificates(preset) ? [writeCertificates(folder)] : []),
				build(preset, folder),
			],
			artifacts: {when: 'always', paths: ['build/*.iso', 'build/*.iso.sha256', 'build/runs/']},
		},
	};
	return `${header('gitlab', preset, [
		'The runner has the shell executor, on a machine with git, Node and (for a real build) Docker: folders of it are mounted',
		'into containers, which a Docker in another container could not see.',
		...(variables.length === 0 ? [] : [`CI/CD variables that it needs: ${variables.join(', ')}`]),
	])}${stringify(pipeline, {lineWidth: 0})}`;
}
