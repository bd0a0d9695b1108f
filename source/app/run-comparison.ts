import type {Artifact} from '../pipeline/events.ts';
import type {SettingValue} from '../settings/field-types.ts';
import {formatBytes} from '../text/bytes.ts';
import {formatDuration} from '../text/durations.ts';
import type {RunComparison} from './actions.ts';
import type {RunDifference, RunSide} from './run-difference.ts';

/** What differs between two runs, in words. */
export const inWords = ({before, after, settings, steps, artifacts}: RunDifference): RunComparison => ({
	before: sideText(before),
	after: sideText(after),
	settings: settings.map(one => ({title: one.title, before: valueText(one.before), after: valueText(one.after)})),
	steps: steps.map(step => ({title: step.title, before: endText(step.before), after: endText(step.after)})),
	artifacts: artifacts.map(({title, before: one, after: other}) => ({
		title,
		before: artifactText(one),
		after: artifactText(other),
	})),
});

/** The value of a setting where it stands beside another one. */
export const valueText = (value: SettingValue): string =>
	value === '' ? 'nothing' : value === true ? 'yes' : value === false ? 'no' : String(value);

const sideText = ({id, version, outcome, tookMs}: RunSide) =>
	`${id}  ${outcome}${tookMs === undefined ? '' : `, ${formatDuration(tookMs)}`}, edge-builder ${version}`;

const endText = (end: RunDifference['steps'][number]['before']) =>
	end === undefined
		? 'not run'
		: [
				end.outcome === 'done' && end.tookMs !== undefined ? '' : end.outcome,
				end.tookMs === undefined ? '' : formatDuration(end.tookMs),
			]
				.filter(Boolean)
				.join(' after ');

const artifactText = (artifact: Artifact | undefined) =>
	artifact === undefined
		? 'nothing'
		: [
				artifact.ref,
				artifact.bytes === undefined ? '' : formatBytes(artifact.bytes),
				artifact.sha256 === undefined ? '' : `sha256 ${artifact.sha256.slice(0, 12)}…`,
			]
				.filter(Boolean)
				.join(', ');
