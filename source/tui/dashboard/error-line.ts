/** Whether a line of a log tells of something that went wrong, as far as words can say. */
export const isErrorLine = (text: string): boolean => wrong.test(text) && !harmless.test(text);

const wrong = /\b(?:error|failed|failure|fatal|panic|cannot|can't|unable to|not found|no such file|denied)\b|^E: /i;

// "0 failed", "without error", package names such as liberror-perl, and compiler flags are not news.
const harmless =
	/\b(?:no|0|without) (?:errors?|failures?|failed)\b|\b0 (?:failed|errors?)\b|-w?error\b|\berror-|lib\w*error/i;
