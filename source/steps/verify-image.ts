import {randomBytes} from 'node:crypto';
import {join} from 'node:path';
import type {Builder} from '../builders/builder.ts';
import {hashOf} from '../pipeline/receipts.ts';
import {reportChecks} from '../pipeline/report-checks.ts';
import type {Step} from '../pipeline/step.ts';
import {expectations} from '../verification/expectations/index.ts';
import {probeScript} from '../verification/probe/probe-script.ts';
import {probeVerdicts} from '../verification/probe/probe-verdicts.ts';

/** What is inside the provider image, asked by one probe in one container. */
export const verifyImage = (builder: Builder): Step => ({
	id: 'verify-image',
	title: 'Verifying provider image',
	done: 'Provider image verified',
	after: ['collect'],
	exit: 'verification',
	target: 'provider-image',
	async inputs(c) {
		const image = await builder.images.inspect(c, c.names.providerImage);
		return {
			image: image?.id ?? 'missing',
			probe: hashOf(probeScript('')),
			expected: hashOf(expectations(c.settings, c.names, 'image').map(({id, title}) => [id, title])),
		};
	},
	async run(c) {
		const nonce = randomBytes(8).toString('hex');
		const output = await builder.images.runScript(c, c.names.providerImage, probeScript(nonce));
		await c.host.files.write(join(c.run.folder, 'logs/verify-image-answers.txt'), output);
		const results = probeVerdicts(output, nonce, expectations(c.settings, c.names, 'image'));
		reportChecks(results, c.report, {code: 'image-verification', what: 'The provider image is not as it should be'});
		return undefined;
	},
});
