/** Whether all words of what was typed occur in the text, in any order; capitals don't matter. */
export function matchesFilter(typed: string, text: string): boolean {
	const lower = text.toLowerCase();
	return typed
		.toLowerCase()
		.split(/\s+/)
		.every(word => lower.includes(word));
}
