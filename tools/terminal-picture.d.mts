import type {Terminal} from '@xterm/headless';

/** What a terminal shows as an SVG: one element for each stretch of text, so that it can be read and compared. */
export function pictureOf(terminal: Terminal, label: string): string;
