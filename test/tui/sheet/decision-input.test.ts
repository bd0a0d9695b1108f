import {expect, test} from 'vitest';
import {type DecisionInput, entriesAt, typesAtOnce} from '../../../source/tui/sheet/decision-input.ts';
import {inputOf} from '../../../source/tui/text-input.ts';
import {decisionOf} from '../../../source/wizard/decisions.ts';
import {choose, goTo, play, start} from '../../wizard/playing.ts';

const facts = {
	kubernetesVersions: {kubeadm: ['1.34.2', '1.33.11', '1.33.10', '1.33.1', '1.32.9'], nodeadm: ['1.33.1']},
};
const edge = play(choose(start(), 'Edge appliance'), {type: 'facts-learned', facts});
const at = (id: 'system' | 'version', input: DecisionInput) => {
	const {entries, marked} = entriesAt(play(edge, goTo(id)), decisionOf(id), input);
	return {titles: entries.map(({title}) => title), taken: entries[marked]};
};
const typed = (text: string) => ({filter: inputOf(text)});

test('what counts is marked, and what is marked by hand instead', () => {
	expect(at('system', {}).taken?.title).toBe('Ubuntu 24.04');
	expect(at('system', {marked: 1}).taken?.title).toBe('Ubuntu 22.04');
	expect(at('system', {marked: 99}).taken?.title).toBe('SUSE Linux Enterprise Server');
});

test('typing narrows the list, and erasing widens it again', () => {
	expect(at('version', typed('1.33')).titles).toEqual(['1.33.11', '1.33.10', '1.33.1', 'Use "1.33"']);
	expect(at('version', typed('')).titles).toHaveLength(5);
});

test('what is marked in a narrowed list is possible, where something is', () => {
	expect(at('system', typed('u')).taken?.refused).toBeUndefined();
	expect(at('system', typed('linux')).taken).toMatchObject({refused: {}});
});

// Symptom: 1.33.1 was typed and Enter took 1.33.11, which came first among those that have these letters.
test('a version that is typed whole is the one that is taken', () => {
	expect(at('version', typed('1.33.1'))).toMatchObject({
		titles: ['1.33.11', '1.33.10', '1.33.1'],
		taken: {title: '1.33.1'},
	});
});

test('where anything may be answered, what was typed can be used as it is', () => {
	expect(at('version', typed('1.35.0')).taken).toMatchObject({title: 'Use "1.35.0"', typed: '1.35.0'});
	expect(at('system', typed('1.35.0')).titles).toEqual([]);
	expect(at('version', typed('\u001B[2J')).taken?.title).not.toContain('\u001B');
});

test('letters narrow at once where something may be typed or the list is longer than the screen', () => {
	expect(typesAtOnce(decisionOf('version'), 3, 40)).toBe(true);
	expect(typesAtOnce(decisionOf('system'), 5, 8)).toBe(false);
	expect(typesAtOnce(decisionOf('system'), 9, 8)).toBe(true);
});
