import type {FailureRule} from '../failure-rule.ts';

/** Registries, for pulls and pushes. */
export const registryRules: readonly FailureRule[] = [
	{
		code: 'registry-rate-limit',
		types: ['RATE_LIMITED'],
		patterns: [/429 Too Many Requests/i, /toomanyrequests/i, /reached your (?:unauthenticated )?pull rate limit/i],
		explain: () => ({
			message: 'The registry answers no more requests for now (too many)',
			hint: 'Wait a while, log in (`docker login`) for a higher limit, or set --registry-mirrors.',
		}),
	},
	{
		code: 'registry-unauthorized',
		patterns: [
			/request to (\S+): 401 Unauthorized/,
			/401 Unauthorized/,
			/unauthorized: (?:authentication required|access to the requested resource is not authorized)/i,
			/no basic auth credentials/,
		],
		explain: ([, address]) => ({
			message: `The registry asks for a login${address ? `: ${address}` : ''}`,
			hint: `Run \`docker login ${hostOf(address) ?? 'REGISTRY'}\` as the user who builds, and check that the account may read (and with --push write) that repository.`,
		}),
	},
	{
		code: 'registry-token',
		patterns: [/failed to fetch (?:oauth|anonymous) token: ([^\n]*)/],
		explain: ([, words]) => ({
			message: `The registry gave no token to pull with: ${words}`,
			hint: 'Its login server (for Docker Hub auth.docker.io) must be reachable from the build, too: check --https-proxy, or set --registry-mirrors.',
		}),
	},
	{
		code: 'registry-forbidden',
		patterns: [
			/request to (\S+): 403 Forbidden/,
			/403 Forbidden/,
			/denied: requested access to the resource is denied/,
			/push access denied|insufficient_scope: authorization failed/,
			/pull access denied for (\S+)/,
		],
		explain: ([, address]) => ({
			message: `The registry refuses access${address ? `: ${address}` : ''}`,
			hint: 'The login works but lacks the right, or the repository does not exist. Check IMAGE_REGISTRY and IMAGE_REPO and the account’s rights.',
		}),
	},
	{
		code: 'base-image-missing',
		patterns: [
			/dockerfile2llb : (\S+?): [^\n]*?not found/,
			/resolve image config for (\S+?): [^\n]*?not found/,
			/(?:failed to resolve source metadata for|manifest for) (\S+?):? [^\n]*(?:not found|manifest unknown)/,
			/manifest unknown/,
		],
		explain: ([, image]) => ({
			message: `The image ${image ?? 'that the build needs'} does not exist`,
			hint: image?.includes('kairos-')
				? 'It is the base image: check OS_DISTRIBUTION and OS_VERSION (22.04 or 24.04) against the CanvOS release, or set BASE_IMAGE. `docker manifest inspect` shows whether a name exists.'
				: 'Check the name, the CanvOS release (CANVOS_REF, PE_VERSION), and that a mirror really has it.',
		}),
	},
	{
		code: 'push-failed',
		patterns: [
			/failed to push (\S+?): ([^\n]*)/,
			/failed to do request: Head "(https?:\/\/[^/"]+)\/v2\/[^"]*\/blobs\/[^"]*": ([^\n]*)/,
		],
		explain: ([, where, why]) => ({
			message: `Pushing to ${where} failed: ${why}`,
			hint: 'The build itself is done and cached. Check IMAGE_REGISTRY and the network, then run again.',
		}),
	},
	{
		code: 'registry-unreachable',
		patterns: [
			/failed to do request: (?:Head|Get) "(https?:\/\/[^/"]+)[^"]*": ([^\n]*)/,
			/Get "(https?:\/\/[^/"]+)\/v2\/[^"]*": ([^\n]*)/,
		],
		explain: ([, where, why]) => ({
			message: `The registry ${where} cannot be reached: ${why}`,
			hint: 'Check the network, the proxy settings and --registry-mirrors, then run again: finished steps come from the cache.',
		}),
	},
];

const hostOf = (address: string | undefined) =>
	address === undefined ? undefined : /^https?:\/\/([^/]+)/.exec(address)?.[1];
