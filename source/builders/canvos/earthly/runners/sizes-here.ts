import {knownPeVersion} from '../../../../compatibility/canvos-release-lines.ts';
import {outputNames} from '../../../../settings/output-names.ts';
import {bytesOfSize} from '../../../../text/bytes.ts';
import {linesOf} from '../../../../text/lines.ts';
import type {HostCheckContext} from '../../../builder.ts';
import {ownName} from '../../../image-store.ts';
import type {SizesHere} from '../../docker/disk-space-check.ts';
import type {CacheSize} from './cache-volumes.ts';
import {buildkitImage, earthlyImage} from './earthly-images.ts';

/** What earlier builds left in Docker, as far as it tells soon; what isn't known counts as nothing. */
export async function sizesHere(c: HostCheckContext, cache: Promise<CacheSize>): Promise<SizesHere> {
	const {settings} = c;
	const peVersion = settings.peVersion || (knownPeVersion(settings.canvosRef) ?? '');
	const provider = ownName(c.workspace, outputNames({...settings, peVersion}).providerImage);
	const [{size = ''}, tools, images] = await Promise.all([
		cache,
		imageBytes(c, [earthlyImage(settings), buildkitImage(settings)]),
		peVersion === '' ? 0 : imageBytes(c, [provider]),
	]);
	return {'BuildKit’s cache': bytesOfSize(size), 'images of Earthly': tools, 'provider image': images};
}

/** Bytes of those of these images that are here. */
async function imageBytes({host, signal}: HostCheckContext, names: readonly string[]): Promise<number> {
	try {
		const args = ['image', 'inspect', '--format', '{{.Size}}', ...names];
		const {stdout} = await host.run({program: 'docker', args, exitCodes: [0, 1], timeoutMs: 20_000, signal});
		return linesOf(stdout).reduce((sum, line) => sum + (Number(line) || 0), 0);
	} catch {
		signal?.throwIfAborted();
		return 0;
	}
}
