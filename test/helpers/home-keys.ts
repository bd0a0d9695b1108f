import {follow} from './follow.ts';

type Screen = {
	screen(): string;
	press(...keys: string[]): void;
	shows(text: string | RegExp, limitMs?: number): Promise<void>;
};

/** From the cards of a first start to the review of a rehearsal. */
export async function toReview(program: Screen, limitMs?: number): Promise<void> {
	await program.shows('Standard image', limitMs);
	await follow(program, ['enter', 'Build this?']);
}

/** Opens an entry of home by its number. */
export async function openEntry(program: Screen, title: string): Promise<void> {
	const entry = new RegExp(`(\\d) ${title}`);
	await program.shows(entry);
	program.press(entry.exec(program.screen())?.[1] ?? '');
}
