import type {OutputNames} from '../../settings/output-names.ts';
import type {Settings} from '../../settings/settings.ts';
import {type Expectation, fail, pass, warn, words} from './expectation-type.ts';

const smallestBundle = 100 * 1024 * 1024;

/** The bundle that was asked for: whole, the only one, and stored once. */
export const bundleVerdict =
	(settings: Settings, names: OutputNames): Expectation['verdictOn'] =>
	({bfb, 'bfb-copies': copies}) => {
		const bundles = bfb.split(';').flatMap(entry => {
			const [name = '', bytes = ''] = entry.trim().split(' ');
			return name === '' ? [] : [{name, bytes: Number(bytes)}];
		});
		const wanted = bundles.find(({name}) => name === names.bfbFile);
		if (!wanted)
			return fail(bundles.length === 0 ? 'none' : `${bundles.map(({name}) => name).join(', ')}, not ${names.bfbFile}`);
		if (!(wanted.bytes > 0)) return fail(`${wanted.name} is empty`);
		if (settings.builder !== 'rehearsal' && wanted.bytes < smallestBundle) {
			return fail(`${wanted.name} has only ${wanted.bytes} bytes`);
		}
		if (words(copies).some(path => path.endsWith(`/${wanted.name}`))) {
			return fail(`${wanted.name} lies in /opt, which an installed node stores a second time`);
		}
		const others = bundles.filter(bundle => bundle !== wanted).map(({name}) => name);
		return others.length === 0
			? pass(`${wanted.name}, ${wanted.bytes} bytes`)
			: warn(`also there: ${others.join(', ')}`, 'Each bundle takes up 1.5 GB.');
	};
