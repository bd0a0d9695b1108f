import {stringify} from 'yaml';
import {nodeprepEnvironment, nodeprepEnvironmentPath} from './nodeprep-environment.ts';
import type {OutputNames} from './output-names.ts';
import type {Settings} from './settings.ts';

/**
 * Values of the operating system layer (pack edge-native-byoi) of a Palette cluster profile for this image.
 * Keys and structure are those that CanvOS prints; Palette fills in the Kubernetes version of the profile.
 */
export const profileYaml = (settings: Settings, names: OutputNames): string => `${heading(settings, names)}
pack:
  content:
    images:
      - image: ${quoted(`{{.${options}.system.uri}}`)}
  # Uncomment to choose how nodes are drained before an upgrade.
  # drain:
  #   cordon: true
  #   timeout: 60
  #   gracePeriod: 60
  #   ignoreDaemonSets: true
  #   deleteLocalData: true
  #   force: true
  #   disableEviction: false
  #   skipWaitForDeleteTimeout: 60
options:
  system.uri: ${quoted(uriTemplate(settings))}
  system.registry: ${quoted(settings.imageRegistry)}
  system.repo: ${quoted(settings.imageRepo)}
  system.k8sDistribution: ${quoted(settings.k8sDistribution)}
  system.osName: ${quoted(settings.osDistribution)}
  system.peVersion: ${quoted(settings.peVersion)}
  system.customTag: ${quoted(settings.customTag)}
  # Quoted, because YAML would read 24.04 as a number.
  system.osVersion: ${quoted(settings.osVersion)}
${settings.edgeAppliance ? nodeprepStage(settings) : ''}`;

// The stages of the operating system layer are those of Kairos (docs.spectrocloud.com, Cloud Init Stages). At `boot` the
// persistent folders, /opt among them, are mounted.
const nodeprepStage = (settings: Settings) => `stages:
  boot:
    - name: Settings of nodeprep
      files:
        - path: ${nodeprepEnvironmentPath}
          permissions: 0600
          owner: 0
          group: 0
          content: |
${nodeprepEnvironment(settings)
	.trimEnd()
	.split('\n')
	.map(line => (line === '' ? '' : `            ${line}`))
	.join('\n')}
`;

const options = 'spectro.pack.edge-native-byoi.options';

const heading = (settings: Settings, names: OutputNames) =>
	[
		...(settings.builder === 'rehearsal' ? ['REHEARSAL: the image has stand-ins in it and is not for nodes.'] : []),
		'Values for the OS layer of a cluster profile in Palette (pack edge-native-byoi).',
		`They name the provider image ${names.providerImage},`,
		`so the Kubernetes layer of the profile must have version ${settings.k8sVersion}.`,
	]
		.map(line => `# ${line}`)
		.join('\n');

function uriTemplate({customTag}: Settings) {
	const option = (name: string) => `{{ .${options}.system.${name} }}`;
	const version = '{{ .spectro.system.kubernetes.version }}';
	const tag = [option('k8sDistribution'), version, option('peVersion'), ...(customTag ? [option('customTag')] : [])];
	return `${option('registry')}/${option('repo')}:${tag.join('-')}`;
}

const quoted = (value: string) => stringify(value, {defaultStringType: 'QUOTE_DOUBLE', lineWidth: 0}).trimEnd();
