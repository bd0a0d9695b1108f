import {expect, test} from 'vitest';
import {createRunStore} from '../../source/pipeline/run-store.ts';
import {EventList} from '../helpers/events.ts';

const lastAfter = (add: (list: EventList) => EventList, target?: string) => {
	const store = createRunStore();
	for (const event of add(new EventList(1000).runStarted()).events) store.accept(event);
	return store.getSnapshot().lastLineOf('provider-image', target);
};

const step = 'provider-image';

test('the last line of each target is kept, with its time', () => {
	const say = (list: EventList) =>
		list
			.add({type: 'log', step, chunk: {stream: 'out', text: 'one\ntwo', target: '+a'}})
			.wait(500)
			.add({type: 'log', step, chunk: {stream: 'err', text: 'three\n\n  ', target: '+b'}})
			.add({type: 'log', step, chunk: {stream: 'out', text: '', target: '+b'}})
			.add({type: 'log', step: 'installer-iso', chunk: {stream: 'out', text: 'another step', target: '+a'}});
	expect(lastAfter(say, '+a')).toEqual({text: 'two', at: 1000});
	expect(lastAfter(say, '+b')).toEqual({text: 'three', at: 1500});
	expect(lastAfter(say)).toBeUndefined();
});

test('notes and a guest’s terminal are no output of a build, and a line of a gigabyte keeps its beginning', () => {
	const notes = (list: EventList) =>
		list
			.add({type: 'log', step, chunk: {stream: 'note', text: 'a note'}})
			.add({type: 'log', step, chunk: {stream: 'serial', text: 'login:'}});
	expect(lastAfter(notes)).toBeUndefined();
	expect(lastAfter(list => list.log(step, 'x'.repeat(100_000)))?.text).toBe('x'.repeat(400));
});

test('back at a checkpoint, what was printed after it is forgotten, each time', () => {
	const store = createRunStore();
	const [first, second] = new EventList(1000).log(step, 'before').log(step, 'after').events;
	if (!first || !second) throw new Error('two events');
	store.accept(first);
	const back = store.checkpoint();
	for (let time = 0; time < 2; time++) {
		store.accept(second);
		back();
		expect(store.getSnapshot().lastLineOf(step)?.text).toBe('before');
	}
});
