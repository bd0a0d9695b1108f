import {ownCommand} from '../../../../own-command.ts';
import type {FailureRule} from '../failure-rule.ts';

/** Packages, kernel headers, drivers and firmware. */
export const packageRules: readonly FailureRule[] = [
	{
		code: 'clock-behind',
		patterns: [/Release file for (\S+) is not valid yet \(invalid for another ([^)]*)\)/],
		explain: ([, address, gap]) => ({
			message: `The clock of the machine that builds is at least ${gap} behind: ${address} is “not valid yet”`,
			hint: 'Set its clock (`timedatectl set-ntp true`), and run again.',
		}),
	},
	{
		code: 'release-expired',
		patterns: [/Release file for (\S+) is expired/],
		explain: ([, address]) => ({
			message: `The package mirror is out of date: ${address} is expired`,
			hint: 'The mirror is no longer fed, or this clock is ahead (`timedatectl`). Choose another mirror.',
		}),
	},
	{
		code: 'repository-not-signed',
		patterns: [/The repository '([^']+)' is not signed/, /NO_PUBKEY (\w+)/],
		explain: ([, what]) => ({
			message: `apt does not trust a package repository: ${what?.includes('/') ? what : `the key ${what} is missing`}`,
			hint: 'Its key is missing in the image or was changed. For a mirror of your own, sign it or give its key; for NVIDIA’s repository take the DOCA package of this DOCA_VERSION.',
		}),
	},
	{
		// apt-get update ends well although no mirror answered; the next step then knows no package at all.
		code: 'package-mirror',
		patterns: [
			/W: Failed to fetch (\S+)[\s\S]*E: (?:Unable to locate package|Package '[^']+' has no installation candidate)/,
		],
		explain: ([, address]) => ({
			message: `A package mirror failed: ${address}`,
			hint: 'It refused or did not answer, so no package is known. Check the mirror, the network and --http-proxy, and run again: finished steps come from the cache.',
		}),
	},
	{
		code: 'package-of-other-release',
		patterns: [
			/(doca\S*?|mlnx\S*?|\S*mellanox\S*?)(?::\w+)? : Depends: (\S+(?: \([^)]*\))?) but it is not installable/,
			/(doca[^\s:]*|mlnx[^\s:]*)(?::\w+)? Depends (\S+(?: \([^)]*\))?)\n\s*but none of the choices are installable/,
		],
		explain: ([, name, missing]) => ({
			message: `${name} needs ${missing}, which this OS version does not have: it is made for another release`,
			hint: 'Take the DOCA package for the OS of the image: DOCA_DEB_NAME or DOCA_VERSION must fit OS_VERSION (ubuntu2404 is 24.04). Its name may say so although its content is another.',
		}),
	},
	{
		code: 'kernel-headers-missing',
		patterns: [
			/Unable to locate package (linux-headers-\S+)/,
			/Package '(linux-headers-[^']+)' has no installation candidate/,
			/Couldn't find any package by (?:glob|regex) '(linux-headers-[^']+)'/,
			/headers for (\S+) are not available/,
			/kernel headers for kernel (\S+) cannot be found/,
		],
		explain: ([, name]) => ({
			message: `The package mirror no longer has ${name?.startsWith('linux-') ? name : `headers for kernel ${name}`}`,
			hint: 'Ubuntu removes headers of older kernels from its mirrors. Use a newer CanvOS release (its base image has a newer kernel; from v4.9.23 on it looks in the archive too), or a mirror that keeps them.',
		}),
	},
	{
		code: 'module-excludes-kernel',
		patterns: [/dkms\.conf for module (\S+) includes a BUILD_EXCLUSIVE directive/, /(BUILD_EXCLUSIVE)\w* directive/],
		explain: ([, name]) => ({
			message: `${name === 'BUILD_EXCLUSIVE' ? 'A driver module' : `The module ${name}`} does not support the kernel of the image`,
			hint: 'Its BUILD_EXCLUSIVE names the kernels it is for: choose a DOCA_VERSION that supports this one, or a CanvOS release with another kernel.',
		}),
	},
	{
		code: 'compiler-missing',
		patterns: [
			/(?:\/bin\/sh: (?:\d+: |line \d+: )|make(?:\[\d+\])?: )(\S*gcc-\d+): (?:command )?(?:not found|No such file)/,
		],
		explain: ([, name]) => ({
			message: `The compiler that the kernel was built with, ${name}, is not in the image`,
			hint: `Install it there: its package is ${name?.replace(/^.*(gcc-\d+)$/, '$1')}. The headers of the kernel name it.`,
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
