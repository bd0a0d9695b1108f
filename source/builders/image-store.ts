import {FixableError} from '../errors.ts';
import {markOf} from '../host/run-mark.ts';
import type {StepContext} from '../pipeline/step.ts';
import type {Workspace} from '../pipeline/workspace.ts';

/** A local image: `id` is its content id, the same only when the content is. */
export type ImageInfo = {
	id: string;
	bytes: number;
	createdAt?: number;
	/** Made in another workspace, or elsewhere: of the same name, but not this workspace's to remove. */
	foreign?: boolean;
};

/** Where this builder's images live. */
export type ImageStore = {
	/** Undefined when there is no such image; never pulls. */
	inspect(c: Pick<StepContext, 'host' | 'signal' | 'workspace'>, reference: string): Promise<ImageInfo | undefined>;
	/** Runs one POSIX shell script in one container of the image, without network, and returns what it printed. */
	runScript(
		c: Pick<StepContext, 'host' | 'signal' | 'run' | 'report' | 'workspace'>,
		reference: string,
		script: string,
	): Promise<string>;
	remove(c: Pick<StepContext, 'host' | 'signal' | 'workspace'>, reference: string): Promise<void>;
	push(c: StepContext, reference: string): Promise<void>;
	/** Shown to people: "local container storage (buildah)". */
	place: string;
};

/**
 * Name of this workspace's image of that name. Docker and container storage are the whole machine's: the next workspace
 * that builds an image of the same name takes the name, and without another one the image with it.
 */
export function ownName(workspace: Workspace, reference: string): string {
	return `localhost/edge-builder-workspace-${markOf(workspace.root)}:${markOf(reference)}`;
}

/** A build that ended well and left no image of the name that it was to make. */
export function imageMissing(reference: string, place: string): FixableError {
	return new FixableError('image-missing', `The build ended well, but ${reference} is not in ${place}`, {
		hint: 'Look at the end of the build log for what was exported.',
	});
}
