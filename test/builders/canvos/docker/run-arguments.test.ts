import {expect, test} from 'vitest';
import {bindMount, containerName, volumeMount} from '../../../../source/builders/canvos/docker/run-arguments.ts';

test('a mount takes paths with commas, quotes, colons and blanks', () => {
	expect(bindMount('/a b:c', '/x')).toEqual(['--mount', 'type=bind,source=/a b:c,target=/x']);
	expect(bindMount('/a,"b"', '/x', {readOnly: true})).toEqual([
		'--mount',
		'type=bind,"source=/a,""b""",target=/x,readonly',
	]);
	expect(volumeMount('cache', '/tmp/earthly')).toEqual(['--mount', 'type=volume,source=cache,target=/tmp/earthly']);
});

test('a container’s name is one that Docker allows', () => {
	expect(containerName('2026-11-22T07:23:11-my preset', 'iso')).toBe('edge-builder-2026-11-22T07-23-11-my-preset-iso');
});
