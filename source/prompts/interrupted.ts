/** Thrown by what asks when the person pressed Ctrl-C, the terminal is gone, or the question was taken back. */
export class Interrupted extends Error {
	override readonly name = 'Interrupted';
}
