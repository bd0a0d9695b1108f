import {expect, test} from 'vitest';
import {parseLimits} from '../../source/host/real-host.ts';

const limits = (processes: string) => `Limit                     Soft Limit           Hard Limit           Units
Max processes             ${processes.padEnd(20)} ${processes.padEnd(20)} processes
Max open files            1024                 1048576              files
`;

// Every rehearsal of an ordinary user ended with "setting RLIMIT_NPROC … operation not permitted" where a user may have
// more processes than the kernel has ids for, as on machines without systemd (32768): their buildah lowers its limit to those.
test('an ordinary user’s rehearsal is never given more processes than the kernel has ids for', () => {
	expect(parseLimits(limits('96365'), 32_768)).toEqual({processes: 32_768, openFiles: 1_048_576});
	expect(parseLimits(limits('unlimited'), 32_768).processes).toBe(32_768);
	expect(parseLimits(limits('20000'), 4_194_304).processes).toBe(20_000);
	expect(parseLimits('', Number.NaN)).toEqual({processes: undefined, openFiles: undefined});
});
