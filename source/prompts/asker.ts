import type {LineInput} from './line-reader.ts';

/** How questions are asked one below the other, without screens. */
export type Asker = {
	/** Prints whole lines. */
	say(...lines: readonly string[]): void;
	/** One line of text; Enter alone gives `offered`. */
	text(message: string, offered?: string): Promise<string>;
	/** The same without an echo. */
	secret(message: string): Promise<string>;
	yesNo(message: string, offered: boolean): Promise<boolean>;
};

/** `signal`: takes back what is asked. */
export type Streams = {input: LineInput; output: NodeJS.WritableStream; signal?: AbortSignal};
