/** A file that CanvOS takes from its own folder where it is there. */
export type OwnFile = {
	/** Absolute, links followed: a hard link of a link would point elsewhere from the tree. */
	from: string;
	/** Path in the source tree. */
	to: string;
	/** Nobody but its owner may read it. */
	isSecret?: boolean;
	/** The provider image has nothing of it. */
	isForIso?: boolean;
	/** It is of somebody's clone, where not even its mode may change. */
	isOfClone?: boolean;
};
