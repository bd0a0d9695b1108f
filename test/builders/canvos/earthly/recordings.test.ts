import {describe, expect, test} from 'vitest';
import {createOutputReader} from '../../../../source/builders/canvos/earthly/run/event-log-or-console.ts';
import {closingOutcome, meaningOfExit} from '../../../../source/builders/canvos/earthly/run/watch-build.ts';
import {explainFailure} from '../../../../source/builders/canvos/failures/explain-failure.ts';
import {canvosRecording, collectingReporter, type Recording, recording, recordingNames} from '../recordings.ts';

const replay = (run: Recording, {asked = false, withStream = true} = {}) => {
	const seen = collectingReporter();
	const output = createOutputReader(seen.report, () => 0);
	if (withStream && run.logStream) output.stream(run.logStream);
	output.console(run.console.replace(/\n$/, ''));
	const meaning = meaningOfExit({exitCode: run.exitCode, asked});
	output.finish(closingOutcome(meaning));
	const evidence = {
		exitCode: run.exitCode,
		failure: output.failure(),
		console: output.lastLines(),
		runner: run.runner,
		log: '/logs/console.log',
	};
	return {...seen, meaning, failure: meaning === 'failed' ? explainFailure(evidence) : undefined};
};

/** What each recording must be explained as, and the line of the Earthfile it must name. */
const failures: Record<string, {code: string; source?: string; says?: RegExp}> = {
	'fail-exit': {code: 'doca-missing', source: 'Earthfile:12', says: /doca-all/},
	'fail-if': {code: 'file-missing', source: 'Earthfile:13', says: /did not make \/iso\/missing\.iso/},
	'fail-missing-file': {code: 'firmware-missing', source: 'Earthfile:9', says: /bf-bundle-missing\.bfb/},
	'fail-no-docker-socket': {code: 'docker-socket-missing'},
	'fail-no-space': {code: 'disk-full', source: 'Earthfile:9'},
	'fail-push': {code: 'push-failed', says: /127\.0\.0\.1:5999.*connection refused/},
	'fail-registry-notfound': {code: 'base-image-missing', source: 'Earthfile:9', says: /kairos-ubuntu:99\.04/},
	'fail-registry-unauthorized': {code: 'registry-unauthorized', source: 'Earthfile:4', says: /127\.0\.0\.1:5443/},
	'fail-registry-unreachable': {code: 'registry-unreachable', source: 'Earthfile:9', says: /127\.0\.0\.1:5999/},
	'fail-syntax': {code: 'earthfile-syntax', source: 'Earthfile:11'},
	'fail-typo': {code: 'command-not-found', source: 'Earthfile:9', says: /N: not found/},
	'fail-unknown-target': {code: 'target-missing', says: /no-such-target/},
	killed: {code: 'build-killed'},
	'remote-bad-ca': {code: 'remote-certificate', says: /unknown authority/},
	'remote-bad-client-cert': {code: 'remote-client-certificate'},
	'remote-no-dns': {code: 'remote-name', says: /no-such-host\.lab/},
	'remote-refused': {code: 'remote-refused', says: /172\.18\.0\.2:8399/},
	'remote-wrong-name': {code: 'remote-certificate', says: /valid for bk-remote\.lab, not wrong-name\.lab/},
};

const successes = recordingNames.filter(name => recording(name).exitCode === 0);

describe('a recorded run', () => {
	test('is either a success, a cancel, or named in the table of failures', () => {
		expect([...successes, ...Object.keys(failures), 'cancelled'].sort()).toEqual([...recordingNames].sort());
	});

	test.each(Object.entries(failures))('%s is explained', (name, {code, source, says}) => {
		const {failure, meaning} = replay(recording(name));
		expect(meaning).toBe('failed');
		expect(failure).toMatchObject({code, log: '/logs/console.log'});
		expect(failure?.source).toBe(source);
		if (says) expect(failure?.message).toMatch(says);
		expect(failure?.hint).not.toBe('');
	});

	test.each(Object.entries(failures))(
		'%s is explained alike from its console text alone',
		(name, {code, source, says}) => {
			// Why the images were not loaded is said only in the event log.
			const {failure} = replay(recording(name), {withStream: false});
			expect(failure?.code).toBe(name === 'fail-no-docker-socket' ? 'build-ended' : code);
			expect(failure?.source).toBe(source);
			if (says) expect(failure?.message).toMatch(says);
		},
	);

	test.each(successes)('%s is a success without a failure', name => {
		const {meaning, failure, nodes} = replay(recording(name));
		expect(meaning).toBe('built');
		expect(failure).toBeUndefined();
		expect([...nodes.values()].filter(({state}) => state !== 'done' && state !== 'skipped')).toEqual([]);
	});

	test('exit code 2 is a cancel only when we asked for it', () => {
		const run = recording('cancelled');
		expect(replay(run, {asked: true}).meaning).toBe('cancelled');
		expect(replay(run).failure).toMatchObject({code: 'build-ended', message: expect.stringMatching(/nobody asked/)});
	});

	test('exit code 6 of a container with its own BuildKit means a busy cache', () => {
		const failure = explainFailure({
			exitCode: 6,
			runner: 'container',
			failure: undefined,
			console: [
				'Error: build new buildkitd client: connect provided buildkit: timeout 1m0s: could not connect to buildkit: failed to list workers: Unavailable: connection error: desc = "transport: Error while dialing: dial tcp 172.17.0.3:8372: connect: connection refused": buildkitd did not respond (in time)',
			],
		});
		expect(failure.code).toBe('buildkit-cache-busy');
	});
});

describe('the tree', () => {
	test('of a cold build has every step once, executed, under its target', () => {
		const {tree} = replay(recording('success-cold'));
		expect(tree()).toEqual(
			expect.arrayContaining([
				'+base-image: done',
				'+base-image/COPY overlay/ /overlay/: done',
				'+base-image/IF [ "$ARCH" = "amd64" ]: done',
				'+iso/WORKDIR /iso: done',
				'+provider-image/SAVE IMAGE registry.example.com/edge/ubuntu:kubeadm-1.34.2-v4.8.10-demo: done',
				'Loading images into Docker: done',
			]),
		);
		expect(tree()).toHaveLength(26);
		expect(tree().filter(line => line.includes('cached') || line.includes('fakecopy'))).toEqual([]);
	});

	test('of the same build again says cached', () => {
		const {tree} = replay(recording('success-cached'));
		expect(tree()).toContain('+base-image/COPY overlay/ /overlay/: done cached');
		expect(tree()).toContain('+iso/WORKDIR /iso: done cached');
		expect(tree().map(withoutState)).toEqual(replay(recording('success-cold')).tree().map(withoutState));
	});

	test('shows what was cancelled because another step failed', () => {
		const {tree} = replay(recording('fail-exit'));
		expect(tree()).toContain('+other: cancelled');
		expect(tree()).toContain('+other/RUN sleep 20 && echo never reached: cancelled');
		expect(tree()).toContain('+base-image: failed');
	});

	test('of a killed build closes what the stream left open', () => {
		const states = [...replay(recording('killed')).nodes.values()].map(({state}) => state);
		expect(states).toContain('cancelled');
		expect(states).not.toContain('running');
		expect(states).not.toContain('waiting');
	});

	test('of failing to load images names that step', () => {
		const {nodes} = replay(recording('fail-no-docker-socket'));
		const loading = [...nodes.values()].find(({name}) => name === 'Loading images into Docker');
		expect(loading).toMatchObject({state: 'failed', failure: expect.stringMatching(/failed to copy to tar/)});
	});

	test('from the console text alone has the same targets', () => {
		for (const name of ['success-cold', 'parallel', 'fail-exit', 'earthly-sh-success']) {
			const run = recording(name);
			const {nodes} = replay(run, {withStream: false});
			const targets = [...nodes.values()].filter(({kind}) => kind === 'target').map(({name: target}) => target);
			expect(targets.length).toBeGreaterThan(1);
			expect(new Set(targets).size).toBe(targets.length);
			if (!run.logStream) continue;
			const known = [...replay(run).nodes.values()]
				.filter(({kind}) => kind === 'target')
				.map(({name: target}) => target);
			expect(targets.sort()).toEqual(known.sort());
		}
	});

	test('from a pseudo terminal’s text is the one from a pipe', () => {
		for (const name of ['fail-exit', 'success-cached']) {
			const run = recording(name);
			const tty = replay({...run, console: run.ttyConsole ?? ''}, {withStream: false});
			// The recording under a terminal is another run (fail-exit: of one target only).
			const names = (all: string[]) => all.map(withoutState);
			const pipe = names(replay(run, {withStream: false}).tree());
			for (const line of names(tty.tree())) expect(pipe).toContain(line);
			expect(tty.tree().length).toBeGreaterThan(4);
		}
	});
});

describe('the lines', () => {
	test('of 50,000 lines of one step all come, in order, with their target', () => {
		const {logs} = replay(recording('large'));
		const lines = logs.filter(({target}) => target === '+big').flatMap(({text}) => text.split('\n'));
		expect(lines.length).toBeGreaterThanOrEqual(50_000);
		const numbers = lines
			.map(line => /(\d+)/.exec(line)?.[1])
			.map(Number)
			.filter(Number.isFinite);
		expect(numbers.every((number, at) => at === 0 || number >= (numbers[at - 1] ?? 0))).toBe(true);
	});

	test('that BuildKit clipped are said to be clipped, once', () => {
		const {notes} = replay(recording('large-clipped'));
		expect(notes).toEqual([expect.stringMatching(/clipped the output of \+big/)]);
		expect(replay(recording('large')).notes).toEqual([]);
	});

	test('drawn over by carriage returns keep what stayed, and the last one needs no line feed', () => {
		const {lines} = replay(recording('parallel'));
		expect(lines()).toContain('Downloading firmware... 100%');
		expect(lines()).toContain('no newline at end');
		expect(lines().filter(line => line.includes('\r') || line.includes('\u001b'))).toEqual([]);
	});

	test('never hold the advertisement', () => {
		for (const name of recordingNames) {
			for (const withStream of [true, false]) {
				expect(replay(recording(name), {withStream}).lines().join('\n')).not.toContain('Satellites');
			}
		}
	});
});

describe.skipIf(!canvosRecording)('the real CanvOS build (skipped where its recording is not at hand)', () => {
	test('shows its 831 records as 18 targets and 196 steps, Dockerfile steps once', () => {
		const {nodes, tree} = replay(canvosRecording as Recording);
		const all = [...nodes.values()];
		expect(all.filter(({kind}) => kind === 'target')).toHaveLength(18);
		expect(all.filter(({kind}) => kind === 'command')).toHaveLength(196);
		expect(tree().filter(line => line.includes('COPY overlay/files/opt/spectrocloud/nodeprep.sh'))).toEqual([
			'+base-image/COPY overlay/files/opt/spectrocloud/nodeprep.sh /tmp/nodeprep.sh: done',
		]);
	});

	test('spends more time on loading images into Docker than on any other step', () => {
		// BUILD and FROM of a target last as long as everything below them.
		const steps = [...replay(canvosRecording as Recording).nodes.values()].filter(
			({name}) => !/^\+|^(?:BUILD|FROM|COPY \(?\+)/.test(name),
		);
		const longest = steps.toSorted((a, b) => durationOf(b) - durationOf(a))[0];
		expect(longest?.name).toBe('Loading images into Docker');
	});

	test('causes little more than a thousand events from 7,551 records', () => {
		let events = 0;
		const count = () => void events++;
		const output = createOutputReader({node: count, log: count, note: count}, () => 0);
		output.stream(canvosRecording?.logStream as Buffer);
		output.finish('success');
		expect(events).toBeLessThan(1200);
	});
});

const withoutState = (line: string) => line.replace(/: [a-z]+(?: cached)?$/, '');
const durationOf = ({startedAt, endedAt}: {startedAt?: number; endedAt?: number}) =>
	startedAt === undefined || endedAt === undefined ? 0 : endedAt - startedAt;
