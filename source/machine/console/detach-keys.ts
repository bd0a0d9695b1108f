/** What becomes of typed input: what goes to the guest, and whether the person asked to leave. */
export type Typed = {pass: string; detach: boolean};

/** How the keys are written, for those who tell people before the console opens. */
export const detachHint = 'Ctrl-] (or Ctrl-A X)';

/**
 * Watches the keyboard for Ctrl-], and for Ctrl-A X, which people know from QEMU. Ctrl-A itself goes to the guest at once
 * (it moves to the start of the line in a shell), so nobody waits for it. What comes behind a detach key is dropped.
 */
export function createDetachKeys() {
	let afterCtrlA = false;
	return (typed: string): Typed => {
		let pass = '';
		for (const key of typed) {
			if (key === '\x1d' || (afterCtrlA && /[xX]/.test(key))) {
				afterCtrlA = false;
				return {pass, detach: true};
			}
			afterCtrlA = key === '\x01';
			pass += key;
		}
		return {pass, detach: false};
	};
}
