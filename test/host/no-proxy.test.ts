import {describe, expect, test} from 'vitest';
import {readNoProxy} from '../../source/host/no-proxy.ts';

describe('NO_PROXY', () => {
	test.each([
		['example.com', 'http://example.com', true],
		['example.com', 'http://mirror.example.com', true],
		['.example.com', 'http://mirror.example.com', true],
		['*.example.com', 'http://mirror.example.com', true],
		['example.com', 'http://notexample.com', false],
		['EXAMPLE.com', 'http://example.COM', true],
		['example.com:8080', 'http://example.com:8080', true],
		['example.com:8080', 'http://example.com', false],
		['example.com:443', 'https://example.com', true],
		['10.0.0.0/8', 'http://10.1.2.3', true],
		['10.0.0.0/8', 'http://11.1.2.3', false],
		['10.1.2.3', 'http://10.1.2.3:81', true],
		['fd00::/8', 'http://[fd12::1]', true],
		['[fd12::1]:80', 'http://[fd12::1]', true],
		['a.example b.example, c.example', 'http://b.example', true],
		['10.0.0.0/99', 'http://10.0.0.0', false],
		['*', 'http://anything.example', true],
		['', 'http://localhost:81', true],
		['', 'http://127.0.0.9', true],
		['', 'http://[::1]', true],
		['', 'http://example.com', false],
	])('%s: %s goes straight there: %s', (noProxy, url, isDirect) =>
		expect(readNoProxy(noProxy)(new URL(url))).toBe(isDirect),
	);
});
