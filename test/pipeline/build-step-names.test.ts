import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {parse} from 'yaml';
import {buildStepName, kindOfStep, ownRank, ownSteps} from '../../source/pipeline/build-step-names.ts';

const overlay = join(import.meta.dirname, '../../overlay');

/** The RUN lines that the overlay adds, each in one line as builders tell it. */
const runLinesIn = (text: string) =>
	text
		.replace(/\\\n\s*/g, ' ')
		.split('\n')
		.map(line => line.trim().replace(/\s+/g, ' '))
		.filter(line => line.startsWith('RUN '));

const fragment = runLinesIn(readFileSync(join(overlay, 'Dockerfile.fragment'), 'utf8'));
const rehearsal = runLinesIn(readFileSync(join(overlay, 'rehearsal/Dockerfile'), 'utf8'));
const edits = readdirSync(join(overlay, 'edits')).flatMap(name =>
	runLinesIn((parse(readFileSync(join(overlay, 'edits', name), 'utf8')) as {content: string}).content),
);

test('each RUN of the overlay has a name, and each name a RUN of the overlay', () => {
	const lines = [...fragment, ...rehearsal, ...edits];
	expect(lines.filter(line => ownRank(line) === undefined)).toEqual([]);
	expect(ownSteps.filter(({words}) => !lines.some(line => line.includes(words)))).toEqual([]);
});

test('the steps of the fragment stand in the order of the fragment', () => {
	expect(fragment.map(buildStepName)).toEqual([
		'Install packages',
		'Install DOCA',
		'Build driver modules',
		'Stage BlueField bundle',
		'Install our files',
		'Remove mount points',
	]);
	const ranks = fragment.map(line => ownRank(line) ?? -1);
	expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
});

test.each([
	['RUN --mount=type=cache,target=/root/.cache --network=none set -eux; make all', 'RUN make all'],
	['RUN --mount type=cache,target=/c --no-cache set -e && make', 'RUN make'],
	['RUN --secret TOKEN make', 'RUN make'],
	['RUN set -euo pipefail; curl https://example.com', 'RUN curl https://example.com'],
	["RUN /bin/sh -c 'set -ex && apt-get update'", 'RUN apt-get update'],
	['RUN bash -eux -o pipefail -c "make"', 'RUN make'],
	[
		'RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install vim',
		'RUN apt-get update && apt-get install vim',
	],
	['RUN kernel=$(ls /boot/vmlinuz-* | tail -n1) && dracut -f "$kernel"', 'RUN dracut -f "$kernel"'],
	['RUN CMD="/entrypoint.sh build-iso" && $CMD', 'RUN CMD="/entrypoint.sh build-iso" && $CMD'],
	['RUN set -e', 'RUN set -e'],
	['RUN set -e; if [ ! -f /a ]; then ln -s /b /a && make; fi', 'RUN if needed: ln -s /b /a && make'],
	['RUN if [[ $A = b ]]; then for i in 1 2; do make $i; done; fi', 'RUN if needed: for i in 1 2; do make $i; done'],
	['RUN if [ -f /a ]; then make; else echo none; fi', 'RUN if [ -f /a ]; then make; else echo none; fi'],
	['RUN if [ -f /a ]; then make; fi && make b; fi', 'RUN if [ -f /a ]; then make; fi && make b; fi'],
	['COPY --if-exists --chmod=0644 certs/ /certs/', 'COPY certs/ /certs/'],
	['COPY --from=base --link /a /b', 'COPY --from=base /a /b'],
	[`FROM --platform=linux/amd64 ubuntu:24.04@sha256:${'a'.repeat(64)}`, 'FROM ubuntu:24.04'],
	['Loading images into Docker', 'Loading images into Docker'],
])('%s is told as %s', (command, told) => {
	expect(buildStepName(command)).toBe(told);
});

test('a name is never empty, and never longer than the command', () => {
	const pieces = fc.constantFrom(
		'RUN',
		'COPY',
		'--mount=type=bind',
		'set -eux;',
		'a=b',
		'&&',
		'sh -c "x"',
		'make',
		'if [ a ]; then',
		'; fi',
		'--from=x',
		'',
	);
	fc.assert(
		fc.property(
			fc.oneof(
				fc.string(),
				fc.array(pieces).map(parts => parts.join(' ')),
			),
			command => {
				const name = buildStepName(command);
				if (command.trim() !== '') expect(name.trim()).not.toBe('');
				expect(name.length).toBeLessThanOrEqual(command.length);
			},
		),
		{numRuns: 500},
	);
});

test.each([
	['IF [ "$ARCH" = "amd64" ]', 'bookkeeping'],
	['FROM DOCKERFILE .', 'bookkeeping'],
	['FROM alpine:3.20', 'bookkeeping'],
	['Load metadata docker.io/library/alpine:3.20 linux/amd64', 'bookkeeping'],
	['SAVE ARTIFACT /iso/* +iso/* AS LOCAL ./build/', 'bookkeeping'],
	['RUN rm -rf /mnt/edge-builder', 'bookkeeping'],
	['FROM +base-image', 'reference'],
	['BUILD --pass-args +provider-image', 'reference'],
	['COPY +stylus-image/ /', 'work'],
	['RUN if [ -f /x ]; then rm /x; fi', 'work'],
	['Loading images into Docker', 'work'],
])('%s is %s', (command, kind) => {
	expect(kindOfStep(command)).toBe(kind);
});

test('steps that have nothing to do in a standard image are no work there', () => {
	const kinds = (edgeAppliance: boolean) => fragment.map(line => kindOfStep(line, {edgeAppliance}));
	expect(kinds(true)).toEqual(['work', 'work', 'work', 'work', 'work', 'bookkeeping']);
	expect(kinds(false)).toEqual(['bookkeeping', 'bookkeeping', 'bookkeeping', 'bookkeeping', 'work', 'bookkeeping']);
});
