import {type BootStage, bootStages} from './boot-stages.ts';
import type {SerialLine} from './serial.ts';

/** When a stage was reached after power-on, and how long it lasted; the last one lasts until it is asked. */
export type StageTime = {stage: BootStage; atMs: number; durationMs: number};

/** Notes when each stage is reached, from now, which is power-on. */
export const watchStages = (
	serial: Pick<SerialLine, 'onText' | 'boot'>,
	now: () => number,
	onStage?: (stage: BootStage, sincePowerOnMs: number) => void,
) => {
	const powerOn = now();
	const seen: {stage: BootStage; atMs: number}[] = [];
	const reached = (stage: BootStage) => {
		if (seen.some(one => bootStages.indexOf(one.stage) >= bootStages.indexOf(stage))) return;
		const atMs = now() - powerOn;
		seen.push({stage, atMs});
		onStage?.(stage, atMs);
	};
	reached('power-on');
	return {
		reached,
		stop: serial.onText(() => reached(serial.boot().stage)),
		times: (): StageTime[] =>
			seen.map(({stage, atMs}, index) => ({
				stage,
				atMs,
				durationMs: (seen[index + 1]?.atMs ?? now() - powerOn) - atMs,
			})),
	};
};
