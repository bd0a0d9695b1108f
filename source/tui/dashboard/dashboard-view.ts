import type {StepId} from '../../pipeline/events.ts';
import type {FilterChoice, LogFilter} from './log-filter.ts';
import type {ShownLog} from './log-lines.ts';
import type {Arrangement} from './pane-layout.ts';
import type {PaneId} from './panes.ts';

/** What the person looks at; everything that is true without a terminal is in the run's snapshot instead. */
export type DashboardView = {
	focus: PaneId;
	zoomed: boolean;
	arrangement: Arrangement;
	overlay: 'none' | 'help' | 'stop' | 'filter';
	/** Which page of the help, where it has more than one. */
	helpPage?: number;
	/** Which answer to the question of `stop`, or which filter, is marked. */
	marked?: number;
	/** The step chosen by hand; undefined: the one that runs. */
	step?: StepId;
	/** First line shown, counted from the beginning of the step's log; undefined: the newest ones. */
	top?: number;
	wrap: boolean;
	/** What of the log is shown; undefined: everything. */
	filter?: LogFilter;
	/** When each line of the log came, since its step began or by the clock. */
	times?: 'since' | 'clock';
	/** Told in place of the log's count until the next key. */
	said?: string;
	/** The build tree with all its targets open and all their commands listed. */
	unfolded?: boolean;
	/** Text being typed after `/`. */
	typing?: string;
	query?: string;
	/** Line that a search or the search for errors went to, counted as `top`. */
	mark?: number;
	/** First row shown of the other panes, where it was moved by hand. */
	scroll: Partial<Record<PaneId, number>>;
};

export const initialView: DashboardView = {
	focus: 'log',
	zoomed: false,
	arrangement: 'even',
	overlay: 'none',
	wrap: false,
	scroll: {},
};

/** What a key needs to know of the picture that the person saw when pressing it. */
export type Seen = ShownLog & {
	panes: readonly PaneId[];
	/** Whether there is room for several panes. */
	canArrange: boolean;
	steps: readonly StepId[];
	/** The step whose log is shown. */
	step?: StepId;
	/** Rows of the log. */
	height: number;
	/** And its columns. */
	width: number;
	filters: readonly FilterChoice[];
	/** How many pages the help has here. */
	helpPages: number;
	/** Rows of content, rows of room and first row shown, for each of the other panes. */
	rows: Partial<Record<PaneId, {content: number; room: number; top: number}>>;
};
