/** Something that a killed run would leave behind. Recorded before it is made, forgotten when it is gone. */
export type Leftover =
	| {kind: 'folder'; path: string}
	| {kind: 'file'; path: string}
	| {kind: 'mount'; path: string}
	/** A buildah working container, by its exact name. */
	| {kind: 'buildah-container'; name: string}
	/** A Docker container, by the value of its label `edge-builder.run`. */
	| {kind: 'docker-container'; runId: string};

export type Journal = {
	/** Notes it on disk at once; the returned function forgets it. */
	record(leftover: Leftover): () => void;
};
