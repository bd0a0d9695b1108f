// What the screens need only when something is done: builders, steps, machine and all that belongs to them. Loaded then,
// because it takes longer to load than the first screen takes to appear.
export {registryState} from '../builders/canvos/docker/registry-state.ts';
export {builderOf} from '../builders/choose-builder.ts';
export {cleanUpKilled} from './clean-up-killed.ts';
export {findCandidates} from './cleanables.ts';
export {openDemo} from './demo/open-demo.ts';
export {missingForReal} from './home-readiness.ts';
export {openLog} from './open-log.ts';
export {presetChanges} from './preset-changes.ts';
export {checkMachine} from './readiness/check-machine.ts';
export {hostReadiness} from './readiness/host-readiness.ts';
export {inWords} from './run-comparison.ts';
export {differenceOfRuns} from './run-difference.ts';
export {openReport, reportOf} from './run-report.ts';
export {beginSteps, runStepsPlainly} from './run-steps.ts';
export {attachConsole, listIsos, missingForVm} from './vm-console.ts';
