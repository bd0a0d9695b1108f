import {join} from 'node:path';
import {FixableError} from '../../../errors.ts';
import type {Host} from '../../../host/host.ts';
import type {StepContext} from '../../../pipeline/step.ts';

/** A login, as Docker's own `config.json` holds it inline: base64 of `user:password`, or a token. */
export type Login = {auth: string; identitytoken?: string};
/** What could not be resolved, in words for the log; never holds a secret. */
export type Logins = {logins: Readonly<Record<string, Login>>; problems: readonly string[]};

type DockerConfig = {
	/** Go programs write a map that was never made as null. */
	auths?: Readonly<Record<string, Partial<Login> | undefined>> | null;
	credsStore?: string;
	credHelpers?: Readonly<Record<string, string | undefined>>;
};

/** Docker Hub's key in config files and credential helpers. */
const dockerHub = 'https://index.docker.io/v1/';

/**
 * The caller's logins for some registries. Credential helpers are asked here, because inside a container there are none:
 * only inline logins work there.
 */
export async function resolveLogins(
	{host, signal}: {host: Host; signal?: AbortSignal},
	registries: readonly string[],
): Promise<Logins> {
	const {config, problem} = await readConfig(host);
	const problems = problem === undefined ? [] : [problem];
	const logins: Record<string, Login> = {};
	for (const registry of registries) {
		const key = registry === 'docker.io' ? dockerHub : registry;
		const helper = config.credHelpers?.[key] ?? config.credHelpers?.[registry] ?? config.credsStore;
		const login = inlineLogin(config, key) ?? (helper ? await askHelper({host, signal}, helper, key) : undefined);
		if (typeof login === 'string') problems.push(login);
		else if (login) logins[key] = login;
	}
	return {logins, problems};
}

/** Whether a caller's configuration keeps logins where a container can't see them, and where. */
export async function loginPlaces(host: Host): Promise<{helpers: string[]; problem?: string}> {
	const {config, problem} = await readConfig(host);
	const helpers = [config.credsStore, ...Object.values(config.credHelpers ?? {})].flatMap(name => name || []);
	return {helpers: [...new Set(helpers)], problem};
}

/** The registries that a caller's configuration holds logins for, and whether helpers may know more. */
export async function storedLogins(host: Host): Promise<{registries: string[]; helper: boolean}> {
	const {config} = await readConfig(host);
	const registries = Object.keys(config.auths ?? {}).filter(key => inlineLogin(config, key));
	const helper = Boolean(config.credsStore) || Object.keys(config.credHelpers ?? {}).length > 0;
	return {registries: registries.map(registryOf), helper};
}

// Older Dockers wrote whole addresses.
function registryOf(key: string) {
	const [registry = ''] = key.replace(/^https?:\/\//, '').split('/');
	return registry === 'index.docker.io' ? 'docker.io' : registry;
}

/**
 * A folder with a Docker `config.json` (0600) that holds only these logins, below the run's temporary folder. It goes with
 * the run, and earlier by the returned function.
 */
export async function writeLoginFolder(
	c: StepContext,
	name: string,
	registries: readonly string[],
): Promise<{folder: string; remove(): Promise<void>}> {
	const {logins, problems} = await resolveLogins(c, registries);
	for (const problem of problems) c.report.note(problem);
	const folder = join(c.run.temporary, name);
	const forget = c.host.journal.record({kind: 'folder', path: folder});
	await c.host.files.makeFolder(folder, {mode: 0o700});
	const remove = c.cleanup.add('resolved registry logins', async () => {
		await c.host.files.remove(folder, c.run.temporary);
		forget();
	});
	await c.host.files.write(join(folder, 'config.json'), JSON.stringify({auths: logins}), {mode: 0o600});
	return {folder, remove};
}

async function readConfig(host: Host): Promise<{config: DockerConfig; problem?: string}> {
	const file = join(host.env.DOCKER_CONFIG || join(host.machine.user.home, '.docker'), 'config.json');
	const text = await host.files.readText(file);
	if (text === undefined) return {config: {}};
	try {
		const config: unknown = JSON.parse(text);
		return typeof config === 'object' && config !== null
			? {config}
			: {config: {}, problem: `${file} is no Docker configuration`};
	} catch {
		return {config: {}, problem: `${file} is not valid JSON, so its logins are not used`};
	}
}

function inlineLogin(config: DockerConfig, key: string): Login | undefined {
	const auths = config.auths ?? {};
	const entry = auths[key] ?? auths[`https://${key}`] ?? auths[`https://${key}/v1/`] ?? auths[`http://${key}`];
	return entry?.auth ? {auth: entry.auth, ...(entry.identitytoken && {identitytoken: entry.identitytoken})} : undefined;
}

/** The login, undefined when the helper has none, or a sentence saying why it could not be asked. */
async function askHelper(
	{host, signal}: {host: Host; signal?: AbortSignal},
	helper: string,
	key: string,
): Promise<Login | string | undefined> {
	const program = `docker-credential-${helper}`;
	try {
		const {stdout} = await host.run({program, args: ['get'], input: key, exitCodes: [0, 1], timeoutMs: 30_000, signal});
		const {Username, Secret} = parseAnswer(stdout);
		if (!Username || !Secret) return undefined;
		if (Username === '<token>') return {auth: Buffer.from('<token>:').toString('base64'), identitytoken: Secret};
		return {auth: Buffer.from(`${Username}:${Secret}`).toString('base64')};
	} catch (error) {
		signal?.throwIfAborted();
		return error instanceof FixableError
			? `${program} is not installed, so the login for ${key} is not used`
			: `${program} could not be asked for the login for ${key}`;
	}
}

// "credentials not found" is plain text with exit code 1.
function parseAnswer(text: string): {Username?: string; Secret?: string} {
	try {
		return JSON.parse(text) as {Username?: string; Secret?: string};
	} catch {
		return {};
	}
}
