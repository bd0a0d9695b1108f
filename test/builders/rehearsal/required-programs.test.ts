import {expect, test} from 'vitest';
import {programsFor} from '../../../source/builders/rehearsal/required-programs.ts';
import {fakeHost} from '../../helpers/fake-host.ts';

test('netavark is asked for where buildah ends without it, and not where no package has it', () => {
	const {os} = fakeHost().machine;
	const packages = (versionId: string, id = 'debian') =>
		programsFor({arch: 'amd64', os: {...os, id, versionId}}).map(({debianPackage}) => debianPackage);
	expect(packages('12')).not.toContain('netavark');
	expect(packages('22.04', 'ubuntu')).not.toContain('netavark');
	expect(packages('13')).toContain('netavark');
	expect(packages('24.04', 'ubuntu')).toContain('netavark');
});
