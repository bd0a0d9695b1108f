import type {Settings} from '../settings/settings.ts';
import type {Builder} from './builder.ts';
import {canvosBuilder} from './canvos/canvos-builder.ts';
import {rehearsalBuilder} from './rehearsal/rehearsal-builder.ts';

/** The builder that these settings ask for. */
export const builderOf = ({builder}: Pick<Settings, 'builder'>): Builder => builders[builder];

/** All builders but this one. */
export const otherBuilders = (chosen: Builder): Builder[] =>
	Object.values(builders).filter(builder => builder !== chosen);

const builders: Record<Settings['builder'], Builder> = {rehearsal: rehearsalBuilder, canvos: canvosBuilder};
