import type {Settings} from '../../../settings/settings.ts';
import type {Edit} from './read-edits.ts';

type Authority = Pick<Settings, 'caFile' | 'caOnNodes' | 'runner'>;

/** Where the certificate authority of CA_FILE lies in CanvOS's folder: what is in `certs/` the image trusts. */
export const authorityFile = 'certs/edge-builder-ca.crt';

/**
 * Whether the images trust CA_FILE while they are built. A file below certs/ makes earthly.sh open BuildKit's port to the
 * network, so that runner goes without.
 */
export const trustsAuthority = ({caFile, runner}: Authority) => caFile !== '' && runner !== 'upstream-script';

/**
 * Edits that make the results forget that authority, unless nodes shall trust it. The steps of the build need it, where a
 * proxy looks into TLS; who trusts it on a node lets that proxy speak for any host for good.
 */
export const forgettingEdits = (settings: Authority): Edit[] =>
	!trustsAuthority(settings) || settings.caOnNodes
		? []
		: [
				{
					...edit,
					id: 'C1',
					scope: 'provider-image',
					anchor: '    SAVE IMAGE --push',
					why: 'Nothing is fetched after it.',
				},
				{
					...edit,
					id: 'C2',
					scope: 'iso-image',
					anchor: '    RUN rm -f /etc/ssh/ssh_host_*',
					why: 'The ISO is made of this image, in which nothing is fetched after it.',
				},
			];

// Where CanvOS's Dockerfile puts it: Debian's family, SUSE's, Red Hat's.
const anchorFolders = [
	'/usr/local/share/ca-certificates',
	'/usr/share/pki/trust/anchors',
	'/etc/pki/ca-trust/source/anchors',
];
const copies = anchorFolders.map(folder => `${folder}/edge-builder-ca.crt`).join(' ');

const edit = {
	file: 'Earthfile',
	match: 'prefix',
	place: 'before',
	// Without --fresh the link to it and its text in the bundle would stay.
	content: `    RUN rm -f ${copies} && if command -v update-ca-certificates > /dev/null; then update-ca-certificates --fresh; elif command -v update-ca-trust > /dev/null; then update-ca-trust; fi\n`,
} as const;
