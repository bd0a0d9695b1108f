import {ownCommand} from '../../../../own-command.ts';
import type {FailureRule} from '../failure-rule.ts';

/** The source tree, and what it was given. */
export const sourceRules: readonly FailureRule[] = [
	{
		code: 'user-data-invalid',
		command: /palette-edge-cli\S* validate/,
		patterns: [/did not complete successfully/],
		explain: (_, {failure}) => ({
			message: `The user-data file is not valid${sentence(lastWords(failure?.output))}`,
			hint: 'Correct the file named by --user-data: the first line is #cloud-config, and the log names the key that is wrong.',
		}),
	},
	{
		code: 'kubernetes-version-missing',
		command: /luet install\b.*\bk8s\//,
		patterns: [/did not complete successfully/],
		explain: (_, {failure}) => ({
			message: `That Kubernetes version could not be installed${sentence(lastWords(failure?.output))}`,
			hint: 'Choose a K8S_VERSION that the CanvOS release lists for this K8S_DISTRIBUTION (the wizard shows them).',
		}),
	},
	{
		code: 'earthfile-syntax',
		patterns: [
			/syntax error: line (\d+):\d+/,
			/lexer error: Earthfile/,
			/Earthfile:(\d+):\d+[^\n]*(?:invalid|unexpected|parse|not supported|unknown command|feature)/i,
		],
		explain: ([, line]) => ({
			message: `The Earthfile cannot be read${line ? ` (line ${line}; for a missing END it is the last line)` : ''}`,
			hint: `If the source tree is unmodified CanvOS, the overlay does not fit this release: ${ownCommand('setup --check-release')} says where. Otherwise correct your own edit.`,
		}),
	},
	{
		code: 'target-missing',
		patterns: [/target (\S+) not found/],
		explain: ([, target]) => ({
			message: `The Earthfile has no target ${target}`,
			hint: 'Check CANVOS_SOURCE and CANVOS_REF: the tree is not a CanvOS release, or an older one.',
		}),
	},
	{
		code: 'secure-boot-missing',
		patterns: [/["/ ](secure-boot\/[^"\s]*|secure-boot)"?: (?:not found|no such file)/i],
		explain: ([, path]) => ({
			message: `A UKI image needs keys, and ${path} is not in the source tree`,
			hint: 'Put the keys into secure-boot/ of the workspace (CanvOS’s target +uki-genkey makes them), or set IS_UKI=false.',
		}),
	},
	{
		code: 'iso-file-too-large',
		patterns: [/File exceeds size limit of (\d+)/],
		explain: () => ({
			message: 'A file is too large for the ISO (4.3 GB is the most that ISO 9660 takes at this level)',
			hint: 'It is the root filesystem of the image: leave something out, so that it stays below 4.3 GB.',
		}),
	},
	{
		code: 'file-missing',
		types: ['FILE_NOT_FOUND'],
		patterns: [/failed: "([^"]+)": not found/],
		explain: ([, path], {failure}) => ({
			message: failure?.command?.startsWith('SAVE ARTIFACT')
				? `The build did not make ${path}, which it should have saved`
				: `${path} is not in the source tree`,
			hint: `Check that .earthlyignore does not hide it and that the overlay fits this CanvOS release (${ownCommand('setup --check-release')}).`,
		}),
	},
	{
		code: 'git-failed',
		types: ['GIT'],
		explain: (_, {failure}) => ({
			message: `Git failed inside the build${sentence(failure?.message.split('\n')[0])}`,
			hint: 'Check the network, the proxy and the credentials for that repository.',
		}),
	},
	{
		code: 'wrong-architecture',
		patterns: [/exec format error/i],
		explain: () => ({
			message: 'A program for another processor architecture was to be run',
			hint: 'Build on a machine of that ARCH, or install emulation (`docker run --privileged --rm tonistiigi/binfmt --install all`).',
		}),
	},
	{
		code: 'command-not-found',
		patterns: [/did not complete successfully\. Exit code 12[67]/],
		explain: (_, {failure}) => ({
			message: `A command of the build does not exist${sentence(lastWords(failure?.output))}`,
			hint: 'A misspelt Earthfile command is no syntax error: RUNN echo runs the program N. Check the line, and the overlay if it is one of ours.',
		}),
	},
];

const lastWords = (output: readonly string[] = []) => output.filter(line => line.trim() !== '').at(-1);
const sentence = (words: string | undefined) => (words ? `: ${words.trim()}` : '');
