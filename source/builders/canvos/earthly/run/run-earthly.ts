import {join} from 'node:path';
import {FixableError, ToolError} from '../../../../errors.ts';
import type {StepContext} from '../../../../pipeline/step.ts';
import {dockerInfo} from '../../docker/daemon-info.ts';
import {withHubMirrors} from '../../docker/hub-mirrors.ts';
import {registriesOf} from '../../docker/registries.ts';
import {writeLoginFolder} from '../../docker/registry-logins.ts';
import {containerName} from '../../docker/run-arguments.ts';
import {explainFailure} from '../../failures/explain-failure.ts';
import {runners} from '../runners/all-runners.ts';
import {registryCache} from '../runners/registry-cache.ts';
import type {EarthlyRequest} from '../runners/runner-type.ts';
import {watchBuild} from './watch-build.ts';

/**
 * Builds one target of the source tree at `c.run.tree` with the runner that the settings name; results are in `build/` of
 * the tree. Reports the build tree while it runs; the complete output is in `logs/earthly/`.
 * @throws {FixableError} with the explanation of a failure; the signal's reason on a cancel.
 */
export async function runEarthly(context: StepContext, {target, args}: EarthlyRequest): Promise<void> {
	const c = {...context, settings: await settingsForBuildkit(context)};
	const name = target.slice(1);
	const logFolder = join(c.run.logs, 'earthly', name);
	await c.host.files.makeFolder(logFolder);
	// What an earlier build left there is not to be taken for this one's.
	await c.host.files.remove(join(logFolder, 'logstream.json'), logFolder);
	const logins = await writeLoginFolder(c, `logins-${name}`, registriesOf(c.settings));
	const cache = await registryCache(c, target);
	if (cache)
		c.report.note(
			`Finished steps come from ${cache.own} and ${cache.others.join(', ')}${cache.gives ? ', and go to the first' : '; none go there, because this Earthfile would push images, too'}`,
		);
	const build = {target, args, cache, logFolder, logins: logins.folder, container: containerName(c.run.id, name)};
	try {
		const forget = c.host.journal.record({kind: 'docker'});
		const prepared = await runners[c.settings.runner].prepare(c, build).catch(explainPreparation(c));
		const stop = c.cleanup.add(`container ${build.container}`, () => prepared.stop());
		const tidyUp = async () => {
			await stop();
			await prepared.afterwards?.();
			forget();
		};
		try {
			await watchBuild(c, build, prepared);
		} catch (error) {
			// Why the build failed is worth more than that Docker, gone with it, can't be asked to clean up.
			await tidyUp().catch((problem: Error) => c.report.note(`After the build: ${problem.message}`));
			throw error;
		}
		await tidyUp();
	} finally {
		await logins.remove();
	}
}

// Whether Docker answers is found out, and told, by what needs it next.
async function settingsForBuildkit(c: StepContext): Promise<StepContext['settings']> {
	const answer = await dockerInfo(c).catch(() => undefined);
	c.signal.throwIfAborted();
	return answer !== undefined && 'info' in answer ? withHubMirrors(c.settings, answer.info) : c.settings;
}

// Pulling Earthly fails for the same reasons as pulling a base image.
const explainPreparation =
	({settings}: StepContext) =>
	(error: unknown): never => {
		if (!(error instanceof ToolError)) throw error;
		const {exitCode, killedBy, lastLines} = error;
		const failure = explainFailure({exitCode, killedBy, console: lastLines, runner: settings.runner});
		if (failure.document === undefined) throw error;
		throw new FixableError(failure.code, `${error.message}: ${failure.message}`, {hint: failure.hint, cause: failure});
	};
