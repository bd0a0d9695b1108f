import {expect, test} from 'vitest';
import {createOutputReader} from '../../../../source/builders/canvos/earthly/run/event-log-or-console.ts';
import {explainFailure} from '../../../../source/builders/canvos/failures/explain-failure.ts';
import {collectingReporter, failedCanvosRun, type Recording} from '../recordings.ts';

const explain = (run: Recording, {withStream = true, dockerAnswers = true} = {}) => {
	const output = createOutputReader(collectingReporter().report, () => 0);
	if (withStream && run.logStream) output.stream(run.logStream);
	output.console(run.console.replace(/\n$/, ''));
	output.finish('failure');
	return explainFailure({
		exitCode: run.exitCode,
		failure: output.failure(),
		console: output.lastLines(),
		runner: run.runner,
		dockerAnswers,
	});
};

const table: Record<string, {code: string; says: RegExp; hints: RegExp; dockerAnswers?: boolean}> = {
	'fail-base-image-not-found': {
		code: 'base-image-missing',
		says: /The image 172\.17\.0\.1:5443\/nowhere\/kairos-ubuntu:24\.04-core-amd64-generic-v3\.5\.9 does not exist/,
		hints: /OS_DISTRIBUTION and OS_VERSION.*BASE_IMAGE/,
	},
	'fail-registry-401-from-dockerfile': {
		code: 'registry-unauthorized',
		says: /asks for a login.*172\.17\.0\.1:5444/,
		hints: /`docker login 172\.17\.0\.1:5444`/,
	},
	'fail-buildkit-killed': {
		code: 'buildkit-crashed',
		says: /BuildKit ended in the middle of the build \(exit status 137: it was killed\)/,
		hints: /memory.*`docker logs edge-builder-buildkitd`/,
	},
	'fail-docker-daemon-stopped': {
		code: 'docker-not-running',
		says: /Docker daemon/,
		hints: /systemctl start docker/,
		dockerAnswers: false,
	},
	'fail-buildkit-port-taken': {
		code: 'buildkit-port-taken',
		says: /Another program has BuildKit’s port 9324/,
		hints: /docker ps --filter publish=9324.*ss -ltnp/,
	},
	'fail-apt-mirror-refused': {
		code: 'package-mirror',
		says: /package mirror failed/,
		hints: /MIRROR|mirror/,
	},
	'fail-doca-other-release': {
		code: 'package-of-other-release',
		says: /doca-all needs libssl1\.1 \(>= 1\.1\.1\)/,
		hints: /DOCA.*OS_VERSION/,
	},
};

test.each(Object.entries(table))(
	'%s is explained, from the event log and from the console alone',
	(name, {code, says, hints, dockerAnswers}) => {
		const run = failedCanvosRun(name);
		if (!run) return void console.warn(`The recording ${name} isn't at hand.`);
		for (const withStream of [true, false]) {
			const failure = explain(run, {withStream, dockerAnswers});
			expect(failure).toMatchObject({code, message: expect.stringMatching(says), hint: expect.stringMatching(hints)});
			expect(failure.lastLines?.join('\n')).not.toMatch(/Satellites|K8S_DISTRIBUTION=/);
		}
	},
);
