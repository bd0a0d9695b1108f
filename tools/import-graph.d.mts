/** What each file of source/ imports, as it is written there. */
export const writtenImports: ReadonlyMap<string, readonly string[]>;
/** File of source/ → files of source/ that it imports, types included. */
export const importGraph: ReadonlyMap<string, readonly string[]>;
export function roomOf(name: string): string;
export function roomsPicture(): string;
export function withRooms(document: string): string;
