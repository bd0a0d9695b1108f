/**
 * Waits until a condition holds; fails with what `describe` says when it doesn't within the limit. The limit
 * only costs what fails: it is for a machine that has much else to do.
 */
export const until = async (
	holds: () => boolean | Promise<boolean>,
	describe: () => string,
	limitMs = 60_000,
): Promise<void> => {
	const deadline = Date.now() + limitMs;
	while (!(await holds())) {
		if (Date.now() > deadline) throw new Error(describe());
		await new Promise(resolve => setTimeout(resolve, 10));
	}
};
