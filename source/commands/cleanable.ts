/** What `edge-builder clean` can remove. */
export const cleanable = ['artifacts', 'images', 'firmware', 'trees', 'cache', 'runs'] as const;
export type Cleanable = (typeof cleanable)[number];
