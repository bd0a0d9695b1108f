import type {PlayerView} from '../../app/actions.ts';
import type {RunSnapshot} from '../../pipeline/run-store.ts';
import type {Glyphs} from '../glyphs.ts';
import type {Line} from '../styled-text.ts';
import type {DashboardView} from './dashboard-view.ts';
import type {PaneId} from './panes.ts';

/** What a pane is drawn from. */
export type Drawing = {
	snapshot: RunSnapshot;
	view: DashboardView;
	glyphs: Glyphs;
	/** Counts up while something runs; turns the spinner. */
	frame: number;
	/** Rows of the VM's screen, and the one the cursor is in. */
	screen: {rows: readonly string[]; cursor: number};
	/** The panes shown so far, in the order of their numbers. */
	knownPanes?: readonly PaneId[];
	/** A look back at an earlier run, where nothing can be stopped. */
	replay: boolean;
	/** Where the replay of it is, if it is one. */
	player?: PlayerView;
	/** A look at a run that goes on in another terminal. */
	isGoingOn?: boolean;
	/** Its process ended without telling an end. */
	wasKilled?: boolean;
	/** Why it could not be stopped. */
	refusal?: string;
	/** The person has asked to stop, and programs are ending. */
	isStopping: boolean;
	/** It did not pass, and can be tried again or changed. */
	offers?: boolean;
	/** How trying again goes. */
	retrying?: string;
};

/**
 * Content of a pane: all its rows, and which of them should be in sight unless the person scrolled. Of a long content
 * only the rows in sight are drawn, so they may be given as functions.
 */
export type Content = {rows: readonly (Line | (() => Line))[]; remark?: string; show?: number};

export type DrawPane = (drawing: Drawing, size: {width: number; height: number}) => Content;
