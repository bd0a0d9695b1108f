import {expect, test} from 'vitest';
import {packageProgress} from '../../../source/builders/rehearsal/apt-progress.ts';
import type {Progress} from '../../../source/pipeline/events.ts';

test('package progress never runs backwards nor past its total', () => {
	const seen: Progress[] = [];
	const read = packageProgress({progress: value => void seen.push(value)});
	read('0 upgraded, 2 newly installed, 0 to remove');
	read('Get:1 http://m a\nGet:2 http://m b\nUnpacking a (1) ...\nUnpacking b (1) ...\nSetting up a (1) ...');
	read('0 upgraded, 1 newly installed, 0 to remove');
	read('Setting up b (1) ...\nGet:1 http://m c\nUnpacking c (1) ...\nSetting up c (1) ...\nSetting up d (1) ...');
	expect(seen.map(({done}) => done)).toEqual([5, 10]);
	expect(seen.at(-1)).toMatchObject({done: 10, total: 14});
});
