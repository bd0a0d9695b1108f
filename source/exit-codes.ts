/** Process exit codes; a stable contract with scripts (docs/commands.md lists them). */
export const exitCodes = {
	done: 0,
	bug: 1,
	usage: 2,
	host: 3,
	firmware: 4,
	build: 5,
	verification: 6,
	smokeTest: 7,
	push: 8,
	locked: 9,
	cancelled: 130,
} as const;

export type ExitReason = keyof typeof exitCodes;
export type ExitCode = (typeof exitCodes)[ExitReason];
