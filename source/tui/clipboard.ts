// Terminals take no longer ones; tmux and xterm stop at about this much.
const mostBytes = 64 * 1024;

/**
 * The sequence (OSC 52) by which a terminal puts text on the clipboard of whoever sits before it, also from far away. It
 * moves nothing on the screen. What is too long is cut at its end.
 */
export function copySequence(text: string): string {
	const bytes = Buffer.from(text).subarray(0, mostBytes);
	return `\u001B]52;c;${bytes.toString('base64')}\u0007`;
}
