import {parseHostPackage} from '../settings/doca-releases.ts';
import {fields} from '../settings/fields.ts';
import type {Settings} from '../settings/settings.ts';
import {decodedManifest} from './expectations/build-manifest.ts';
import type {ProbeFacts} from './probe/probe-answer.ts';

/**
 * The settings that an image was built with, as far as it says so itself (its manifest, its base system); all others stay
 * as they are. Nothing that it says is believed unless it is a value of that setting.
 */
export function settingsOfFound(facts: Partial<ProbeFacts>, settings: Settings): Settings {
	const [distribution = '', version = ''] = (facts.os ?? '').split(' ');
	const at = decodedManifest(facts.manifest ?? 'absent');
	const edgeAppliance = at() !== undefined || (facts.nodeprep ?? 'absent') !== 'absent';
	const said = {
		osDistribution: distribution,
		osVersion: version,
		k8sDistribution: at('kubernetes', 'distribution'),
		k8sVersion: at('kubernetes', 'version'),
		arch: at('os', 'arch'),
		bfbName: at('bfb', 'file'),
		bfbSha256: at('bfb', 'sha256'),
		docaVersion: at('doca', 'version') ?? parseHostPackage(String(at('doca', 'file')))?.version,
	};
	const believed = Object.entries(said).flatMap(([key, value]) => {
		const parsed = typeof value === 'string' ? fields[key as keyof typeof said].parse(value) : {problem: ''};
		return 'problem' in parsed ? [] : [[key, parsed.value] as const];
	});
	return {
		...settings,
		bfbFile: '',
		...Object.fromEntries(believed),
		edgeAppliance,
		builder: at('rehearsal') === true ? 'rehearsal' : 'canvos',
		nfsOverRdma: at('nfsOverRdma') === true,
	};
}
