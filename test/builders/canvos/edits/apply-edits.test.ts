import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {applyEdits, type Files} from '../../../../source/builders/canvos/edits/apply-edits.ts';
import {changedFiles} from '../../../../source/builders/canvos/edits/edit-release.ts';
import {type Edit, readEdits} from '../../../../source/builders/canvos/edits/read-edits.ts';
import {insertFragment, readFragment} from '../../../../source/builders/dockerfile-fragment.ts';
import {overlayFolder} from '../../../../source/builders/overlay-files.ts';
import {fakeHost} from '../../../helpers/fake-host.ts';
import {dockerfile, earthfile} from '../canvos-repository.ts';

const host = fakeHost();
const edits = await readEdits(host, overlayFolder);
const release: Files = {Dockerfile: dockerfile, Earthfile: earthfile('v4.8.10')};
const filesThatFit = (files: Files): Record<string, string> => {
	const result = applyEdits(files, edits);
	if ('misfits' in result) throw new Error(result.misfits.map(({words}) => words).join('; '));
	return result.changed;
};
const edited = filesThatFit(release);

describe('the overlay', () => {
	test('puts the fragment where the rehearsal puts it, too', async () => {
		expect(edited.Dockerfile).toBe(insertFragment(dockerfile, await readFragment(host, overlayFolder)));
	});

	test('only adds lines, each block once', () => {
		const lines = edited.Earthfile?.split('\n') ?? [];
		const added = lines.filter(line => line.includes('edge-builder'));
		expect(lines.filter(line => !added.includes(line)).join('\n')).toBe(release.Earthfile);
		expect(added).toHaveLength(edits.filter(({file}) => file === 'Earthfile').length);
	});

	test('finds an anchor in its target, although another one has the same line', () => {
		const rootfs = edited.Earthfile?.slice(edited.Earthfile.indexOf('provider-image-rootfs:'));
		const provider = edited.Earthfile?.slice(0, edited.Earthfile.indexOf('provider-image-rootfs:'));
		expect(provider).toContain('--finish; fi\n    COPY --if-exists overlay/files/etc/ /etc/');
		expect(rootfs).toContain('FROM +base-image\n    COPY --if-exists overlay/files/etc/ /etc/');
	});
});

describe('for any release', () => {
	// What upstream may add anywhere without meaning an anchor of ours.
	const otherLine = fc.constantFrom(
		'    RUN true',
		'    # DO +OS_RELEASE',
		'',
		'    COPY overlay/files/ /',
		'        END',
	);
	const withLines = (text: string, inserted: readonly {at: number; line: string}[]) =>
		inserted.reduce((lines, {at, line}) => lines.toSpliced(at % lines.length, 0, line), text.split('\n'));

	test('lines elsewhere change nothing of what is inserted, nor where', () => {
		fc.assert(
			fc.property(fc.array(fc.record({at: fc.nat(), line: otherLine}), {maxLength: 20}), inserted => {
				const marked = inserted.map(({at, line}) => ({at, line: `${line} #other`}));
				const Earthfile = withLines(earthfile('v4.8.10'), marked).join('\n');
				const result = filesThatFit({...release, Earthfile});
				const without = result.Earthfile?.split('\n').filter(line => !line.endsWith('#other'));
				// Between the anchor and what stands before it there may be others now.
				expect(without?.join('\n')).toBe(edited.Earthfile);
			}),
		);
	});

	test('blanks at the ends of lines change nothing', () => {
		fc.assert(
			fc.property(fc.array(fc.constantFrom('', ' ', '\t', '  ', '\r')), blanks => {
				const padded = (text: string) =>
					text
						.split('\n')
						.map((line, at) => line + (blanks[at] ?? ''))
						.join('\n');
				const result = filesThatFit({Dockerfile: padded(dockerfile), Earthfile: padded(earthfile('v4.8.10'))});
				const trimmed = (text = '') => text.split('\n').map(line => line.trimEnd());
				expect(trimmed(result.Earthfile)).toEqual(trimmed(edited.Earthfile));
				expect(trimmed(result.Dockerfile)).toEqual(trimmed(edited.Dockerfile));
			}),
		);
	});

	test('an anchor that is missing or there twice stops all edits', () => {
		fc.assert(
			fc.property(fc.constantFrom(...edits), fc.boolean(), (edit, twice) => {
				const lines = (release[edit.file] ?? '').split('\n');
				const from = edit.scope === undefined ? 0 : lines.indexOf(`${edit.scope}:`);
				const at = lines.findIndex((line, index) => index >= from && line.startsWith(edit.anchor.trimEnd()));
				const text = lines.toSpliced(at, 1, ...(twice ? [lines[at] ?? '', lines[at] ?? ''] : [])).join('\n');
				const result = applyEdits({...release, [edit.file]: text}, edits);
				expect(result).toEqual({misfits: [expect.objectContaining({edit})]});
			}),
		);
	});
});

test('edits around one line keep their order, whichever is written first', () => {
	const [some] = edits;
	if (!some) throw new Error('There are no edits');
	const edit = (id: string, place: Edit['place']): Edit => ({...some, id, place, content: `${id}\n`});
	const around = [edit('below', 'after'), edit('first', 'before'), edit('second', 'before')];
	const result = applyEdits({Dockerfile: `above\n${some.anchor}\nend`}, around);
	expect(result).toEqual({changed: {Dockerfile: `above\nfirst\nsecond\n${some.anchor}\nbelow\nend`}});
});

describe('an edit that does not fit', () => {
	const told = (files: Files, some: readonly Edit[] = edits) => {
		try {
			changedFiles(files, some, 'v9.9.9');
			return '';
		} catch (error) {
			return (error as Error).message;
		}
	};

	test('is told with file, target, anchor, release and the lines that come nearest', () => {
		const Earthfile = earthfile('v9.9.9').replace('DO +OS_RELEASE --', 'DO +OS_RELEASES --').replace('    DO', '  DO');
		const words = told({...release, Earthfile});
		expect(words).toContain('The overlay does not fit CanvOS v9.9.9');
		expect(words).toMatch(
			/Earthfile, \+base-image, anchor O1 “DO \+OS_RELEASE”: its line is missing; nearest: line 18 “DO \+OS_RELEASES/,
		);
	});

	test('is told together with all others', () => {
		expect(told({}).split('\n')).toHaveLength(1 + edits.length);
	});

	test('names a target that is gone', () => {
		const Earthfile = earthfile('v9.9.9').replace('\nbase-image:', '\nthe-base-image:');
		expect(told({...release, Earthfile})).toContain('the target +base-image is there 0 times');
	});

	test('counts lines that are there several times', () => {
		expect(told({...release, Dockerfile: dockerfile + dockerfile})).toContain('is there 2 times (lines 5, 12)');
	});
});
