import type {SerialLine} from '../serial/serial-line.ts';
import {type BootStage, bootStages} from './boot-stages.ts';

/** When a stage was reached after power-on, and how long it lasted; the last one lasts until it is asked. */
export type StageTime = {stage: BootStage; atMs: number; durationMs: number};

/** Notes when each stage is reached, from now, which is power-on. */
export function watchStages(
	serial: Pick<SerialLine, 'onText' | 'boot'>,
	elapsed: () => number,
	onStage?: (stage: BootStage, sincePowerOnMs: number) => void,
) {
	const powerOn = elapsed();
	const seen: {stage: BootStage; atMs: number}[] = [];
	const reached = (stage: BootStage) => {
		if (seen.some(one => bootStages.indexOf(one.stage) >= bootStages.indexOf(stage))) return;
		const atMs = elapsed() - powerOn;
		seen.push({stage, atMs});
		onStage?.(stage, atMs);
	};
	reached('power-on');
	return {
		reached,
		sincePowerOn: () => elapsed() - powerOn,
		stop: serial.onText(() => reached(serial.boot().stage)),
		times: (): StageTime[] =>
			seen.map(({stage, atMs}, index) => ({
				stage,
				atMs,
				durationMs: (seen[index + 1]?.atMs ?? elapsed() - powerOn) - atMs,
			})),
	};
}
