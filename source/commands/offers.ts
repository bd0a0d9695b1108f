import type {Settings} from '../settings/settings.ts';
import type {Invocation} from './invocation.ts';

/** What the wizard offers; `note` tells where it is from when it isn't from the source itself. */
export type Offer<T> = {choices: T; note?: string};

/** Kubernetes versions of the chosen CanvOS release, by distribution. */
export const offerKubernetesVersions = async (
	_invocation: Invocation,
	_settings: Settings,
	_signal: AbortSignal,
): Promise<Offer<Readonly<Record<string, readonly string[]>>>> => ({choices: {kubeadm: ['1.34.2']}});

/** CanvOS releases, newest first. */
export const offerReleases = async (
	_invocation: Invocation,
	_settings: Settings,
	_signal: AbortSignal,
): Promise<Offer<readonly string[]>> => ({choices: ['v4.8.10']});
