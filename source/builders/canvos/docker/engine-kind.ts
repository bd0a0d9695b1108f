import type {CheckResult} from '../../../pipeline/events.ts';
import {type DockerInfo, isRootless} from './daemon-info.ts';

/** Which of Docker's kinds this is: builds are tested with the one that runs as root on the machine itself. */
export function checkKind(info: DockerInfo): CheckResult {
	const check = {id: 'docker-kind', title: 'Docker runs as root on this machine'} as const;
	if (/Docker Desktop/i.test(info.OperatingSystem ?? '')) {
		return {
			...check,
			verdict: 'warn',
			detail: 'Docker Desktop runs it in a virtual machine',
			why: 'Earthly reaches BuildKit and its images by ports on loopback, which is another one there.',
			hint: 'Turn on host networking and share the workspace’s folder in its settings; Docker Engine without Desktop is what builds are tested with.',
		};
	}
	return isRootless(info)
		? {
				...check,
				verdict: 'warn',
				detail: 'it runs without root',
				why: 'Earthly does not support that: its BuildKit needs rights that a container of such a Docker lacks.',
				hint: 'Use a Docker that runs as root (`docker context use default`), or build with --runner remote.',
			}
		: {...check, verdict: 'pass'};
}
