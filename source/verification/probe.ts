export {expectations} from './expectations.ts';
export {judgeProbe} from './judge.ts';
export {probeScript} from './probe-script.ts';
