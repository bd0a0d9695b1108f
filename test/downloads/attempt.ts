import {createHash} from 'node:crypto';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {onTestFinished} from 'vitest';
import {
	type Downloaded,
	type DownloadOptions,
	type DownloadRequest,
	download,
} from '../../source/downloads/download.ts';
import {createHttpClient} from '../../source/downloads/http-client.ts';
import type {Network} from '../../source/host/http-routes.ts';
import {createHost} from '../../source/host/real-host.ts';
import {type Fault, type FaultyServer, type Seen, startFaultyServer} from './faulty-server.ts';
import {hasty} from './short-waits.ts';

export const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** A faulty server that is closed when the test is over. */
export const serving = async (
	content: Buffer,
	faultOf?: (count: number, seen: Seen) => Fault,
	address?: string,
): Promise<FaultyServer> => {
	const server = await startFaultyServer(content, faultOf, address);
	onTestFinished(server.close);
	return server;
};

export const noProxy: Network = {httpProxy: '', httpsProxy: '', noProxy: '', caFile: ''};

export type Attempt = {
	notes: string[];
	readings: {done: number; total?: number; received: number; from: string}[];
	/** The error, where there was one. */
	error?: Error & {problem?: string};
	result?: Downloaded;
	/** Content under the final name. */
	file?: Buffer;
	/** Whether something is left of the part. */
	part: boolean;
};

/** Downloads `firmware.bfb` into a folder and tells everything about it. */
export const attempt = async (
	folder: string,
	request: Omit<DownloadRequest, 'path'>,
	options: Partial<DownloadOptions> & {network?: Network} = {},
): Promise<Attempt> => {
	const host = options.host ?? hasty(await createHost());
	const http = await createHttpClient(host, options.network ?? noProxy);
	const path = join(folder, 'firmware.bfb');
	const made: Attempt = {notes: [], readings: [], part: false};
	try {
		made.result = await download(
			{path, ...request},
			{
				http,
				signal: new AbortController().signal,
				note: text => made.notes.push(text),
				onProgress: reading => made.readings.push(reading),
				...options,
				host,
			},
		);
	} catch (error) {
		made.error = error as Error;
	} finally {
		http.close();
	}
	if (existsSync(path)) made.file = readFileSync(path);
	made.part = existsSync(`${path}.part`);
	return made;
};
