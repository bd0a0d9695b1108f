/** What Earthly is asked to build. */
export type EarthlyRequest = {
	/** For example `+iso`. */
	target: `+${string}`;
	push: boolean;
	/** Build arguments: `{ARCH: 'amd64'}`. */
	args: Readonly<Record<string, string>>;
};

/** Earthly's own arguments: options first, then the target, then the build arguments. */
export const earthlyArguments = (
	{target, push, args}: EarthlyRequest,
	{config, logStream, installation}: {config?: string; logStream?: string; installation?: string},
): string[] => [
	...(config === undefined ? [] : ['--config', config]),
	...(installation === undefined ? [] : ['--installation-name', installation]),
	'--allow-privileged',
	...(logStream === undefined ? [] : ['--logstream-debug-file', logStream]),
	...(push ? ['--push'] : []),
	target,
	...Object.entries(args).map(([name, value]) => `--${name}=${value}`),
];
