// All that works rather than shows, with builders, steps, machine and what they need: loaded when it is first asked for,
// because it takes longer to load than the first screen takes to appear.
export {build} from './build.ts';
export {builderOf} from './builders.ts';
export {clean} from './clean.ts';
export {cleanUpKilled} from './clean-up-killed.ts';
export {consoleCommand} from './console.ts';
export {checkMachine, doctor} from './doctor.ts';
export {download} from './download.ts';
export {info} from './info.ts';
export {smokeTestAlone, verify} from './parts.ts';
export {presetsDelete, presetsList, presetsSave, presetsShow} from './presets.ts';
export {beginSteps, runStepsPlainly} from './run-steps.ts';
export {runsList, runsReplay, runsShow} from './runs.ts';
export {setup} from './setup.ts';
export {attachConsole, listIsos} from './vm-console.ts';
