import {ownCommand} from '../../../../own-command.ts';
import type {FailureRule} from '../failure-rule.ts';

/** Packages, kernel headers, drivers and firmware. */
export const packageRules: readonly FailureRule[] = [
	{
		code: 'kernel-headers-missing',
		patterns: [
			/Unable to locate package (linux-headers-\S+)/,
			/Package '(linux-headers-[^']+)' has no installation candidate/,
			/Couldn't find any package by (?:glob|regex) '(linux-headers-[^']+)'/,
			/headers for (\S+) are not available/,
		],
		explain: ([, name]) => ({
			message: `The package mirror no longer has ${name?.startsWith('linux-') ? name : `headers for kernel ${name}`}`,
			hint: 'Ubuntu removes headers of older kernels from its mirrors. Use a newer CanvOS release (its base image has a newer kernel; from v4.9.23 on it looks in the archive too), or a mirror that keeps them.',
		}),
	},
	{
		code: 'dkms-failed',
		patterns: [
			/Error! Bad return status for module build on kernel: (\S+)/,
			/Error! Build of \S+ failed for: (\S+)/,
			/the kernel module (\S+ could not be built for \S+)/,
			/Consult (\/var\/lib\/dkms\/\S+make\.log)/,
		],
		explain: ([, detail]) => ({
			message: `A driver module did not build for the image’s kernel${detail ? ` (${detail})` : ''}`,
			hint: 'The DOCA version must support that kernel: choose another DOCA_VERSION or DOCA package, and keep UPDATE_KERNEL=false. The compiler’s words are in the log.',
		}),
	},
	{
		code: 'doca-missing',
		patterns: [
			/Unable to locate package (doca-\S+)/,
			/Package '(doca-[^']+)' has no installation candidate/,
			/["/ ](doca-host[^"\s]*\.deb)"?: (?:not found|no such file)/i,
			/(doca-host\S*\.deb)[^\n]*(?:is missing|not found)/i,
		],
		explain: ([, name]) => ({
			message: `${name ?? 'The DOCA package'} is not where the build looks for it`,
			hint: `DOCA must fit the image: check DOCA_DEB_NAME or DOCA_VERSION against OS_VERSION (ubuntu2404 for 24.04), and run ${ownCommand('download')} again.`,
		}),
	},
	{
		code: 'firmware-missing',
		patterns: [/["/ ]([^"/\s]+\.bfb)"?: (?:not found|no such file)/i, /(\S+\.bfb)[^\n]*(?:is missing|not found)/i],
		explain: ([, name]) => ({
			message: `The BlueField firmware ${name} is not in the build`,
			hint: `Run ${ownCommand('download')}, or check BFB_NAME and BFB_FILE.`,
		}),
	},
	{
		code: 'package-mirror',
		patterns: [
			/E: Failed to fetch (\S+)/,
			/E: The repository '([^']+)' (?:does not have a Release file|is no longer signed)/,
			/(Hash Sum mismatch)/,
		],
		explain: ([, what]) => ({
			message: `A package mirror failed: ${what}`,
			hint: 'Mirrors fail for minutes at a time: run again, finished steps come from the cache. Behind a proxy set --http-proxy, too.',
		}),
	},
	{
		code: 'package-missing',
		patterns: [/E: Unable to locate package (\S+)/, /E: Package '([^']+)' has no installation candidate/],
		explain: ([, name]) => ({
			message: `The package ${name} does not exist for this OS version`,
			hint: 'Check OS_VERSION and, where you added packages yourself, their names.',
		}),
	},
	{
		// Our own install scripts say what is wrong and what to do; only what they were told by others comes before.
		code: 'overlay-step',
		patterns: [/edge-builder: error: ([^\n]+)(?:\nedge-builder: hint: ([^\n]+))?/],
		explain: ([, message, hint]) => ({
			message: `The edge overlay stopped the build: ${message}`,
			hint: hint ?? 'The step’s last lines say more.',
		}),
	},
];
