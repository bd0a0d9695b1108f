// All commands. Loaded when one is called: what they need takes longer to load than the first screen takes to appear.
export {build} from './build.ts';
export {clean} from './clean.ts';
export {consoleCommand} from './console.ts';
export {doctor} from './doctor.ts';
export {download} from './download.ts';
export {info} from './info.ts';
export {nodeprep} from './nodeprep.ts';
export {presetsDelete, presetsList, presetsSave, presetsShow} from './presets.ts';
export {runsList, runsReplay, runsShow} from './runs.ts';
export {setup} from './setup.ts';
export {smokeTest} from './smoke-test.ts';
export {verify} from './verify.ts';
