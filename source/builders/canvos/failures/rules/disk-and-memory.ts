import {diskStages, totalGb} from '../../../../compatibility/disk-needs.ts';
import {ownCommand} from '../../../../own-command.ts';
import type {FailureRule} from '../failure-rule.ts';

const edgeGb = totalGb(
	diskStages({builder: 'canvos', edgeAppliance: true, firmware: 'local', runner: 'managed'}).filter(
		({place}) => place === 'docker',
	),
);

/** The machine ran out of something. */
export const diskAndMemoryRules: readonly FailureRule[] = [
	{
		code: 'disk-full',
		patterns: [/no space left on device/i, /disk quota exceeded/i],
		explain: (_, {runner}) => ({
			message: 'The disk that holds the build cache or Docker’s images is full',
			hint:
				runner === 'remote'
					? 'Free space on the remote BuildKit host, or choose another with --buildkit-hosts.'
					: `Free space where Docker keeps its data (\`docker info\` names the folder): ${ownCommand('clean')} removes old images and the build cache. A first edge build takes about ${edgeGb} GB there.`,
		}),
	},
	{
		code: 'too-many-files',
		patterns: [/too many open files/i],
		explain: (_, {runner}) => ({
			message: 'A program of the build may open no more files',
			hint: `Raise the limit ${runner === 'remote' ? 'on the remote BuildKit host' : 'of this machine'}: \`sudo sysctl fs.inotify.max_user_instances=1024\`, LimitNOFILE of Docker’s unit, and run again.`,
		}),
	},
	{
		code: 'out-of-memory',
		types: ['OOM_KILLED'],
		patterns: [
			/cannot allocate memory/i,
			/oom[- ]kill/i,
			/virtual memory exhausted/i,
			/fatal error: Killed signal terminated program/,
			/did not complete successfully\. Exit code 137/,
		],
		explain: () => ({
			message: 'The kernel ended a step because memory ran out',
			hint: 'Close other programs, add memory or swap (8 GB is comfortable), and run again: finished steps come from the cache.',
		}),
	},
];
