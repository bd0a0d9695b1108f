import type {CheckResult, Failure} from '../pipeline/events.ts';
import type {RunState, StepState} from '../pipeline/run-state.ts';
import {formatBytes} from '../text/bytes.ts';
import {formatDuration} from '../text/durations.ts';
import {countChecks, outcomeGlyphs, verdictGlyphs} from './format-checks.ts';

/** One self-contained page about a run: no script, nothing loaded from elsewhere, fit to print. */
export function htmlReport({run, phase, steps, settings}: RunState): string {
	const title = `${run?.rehearsal ? 'REHEARSAL: ' : ''}${run?.preset ?? 'Run'} ${run?.runId ?? ''}`.trim();
	const outcome = phase.kind === 'finished' ? phase.outcome : 'not finished';
	const took = phase.kind === 'finished' ? formatDuration(phase.endedAt - phase.startedAt) : '';
	const artifacts = steps.flatMap(step => step.artifacts);
	return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${html(title)}</title>
<style>${style}</style>
<h1>${html(title)}</h1>
<p class="${outcome}">${html(outcome)}${took ? ` in ${took}` : ''}${phase.kind === 'finished' && phase.failure ? `: ${html(phase.failure.message)}` : ''}</p>
<table>
${row('Provider image', run?.imageReference)}
${row('Installer ISO', run?.isoName)}
${row('Workspace', run?.workspace)}
${row('Run folder', run?.folder)}
${row('edge-builder', run?.version)}
</table>
<h2>What was made</h2>
${artifacts.length === 0 ? '<p>Nothing.</p>' : ''}<table>
${artifacts.map(({kind, ref, bytes, sha256}) => cells(kind, ref, bytes === undefined ? '' : formatBytes(bytes), sha256 ?? '')).join('\n')}
</table>
<h2>Steps</h2>
${steps.map(stepSection).join('\n')}
<h2>Settings</h2>
<table>
${Object.entries(settings)
	.map(([key, value]) => row(key, String(value)))
	.join('\n')}
</table>
</html>
`;
}

function stepSection(step: StepState) {
	const {title, done, phase, checks} = step;
	if (phase.kind !== 'finished')
		return `<h3>· ${html(title)}: ${phase.kind === 'waiting' ? 'not reached' : 'not finished'}</h3>`;
	const {outcome} = phase;
	const took =
		phase.startedAt === undefined ? '' : ` <small>${formatDuration(phase.endedAt - phase.startedAt)}</small>`;
	const heading =
		outcome.kind === 'done'
			? done
			: `${title}: ${outcome.kind === 'skipped' ? `skipped, ${outcome.reason}` : outcome.kind}`;
	return [
		`<h3 class="${outcome.kind}">${outcomeGlyphs[outcome.kind]} ${html(heading)}${took}</h3>`,
		outcome.kind === 'failed' ? failureSection(outcome.failure) : '',
		checks.length > 0 ? `<p>${html(countChecks(checks))}</p><table>${checks.map(checkRow).join('\n')}</table>` : '',
	].join('\n');
}

const failureSection = ({message, hint, log, lastLines, source}: Failure) =>
	[
		`<p><strong>${html(message)}</strong>${source ? ` at ${html(source)}` : ''}</p>`,
		hint ? `<p>→ ${html(hint)}</p>` : '',
		lastLines?.length ? `<pre>${html(lastLines.join('\n'))}</pre>` : '',
		log ? `<p>Log: ${html(log)}</p>` : '',
	].join('\n');

const checkRow = ({verdict, title, detail, hint}: CheckResult) =>
	cells(`${verdictGlyphs[verdict]} ${verdict}`, title, detail ?? '', hint ?? '');

const row = (name: string, value: string | undefined) => (value ? cells(name, value) : '');

const cells = (...values: string[]) => `<tr>${values.map(value => `<td>${html(value)}</td>`).join('')}</tr>`;

const html = (text: string) =>
	text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const style = `
body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; } td { border-bottom: 1px solid #8884; padding: .2rem .6rem .2rem 0; vertical-align: top; overflow-wrap: anywhere; }
pre { background: #8882; padding: .6rem; overflow-x: auto; } small { font-weight: normal; opacity: .7; }
.passed, .done { color: #187a33; } .failed { color: #b3261e; } .cancelled, .skipped { color: #6b6b6b; }
@media (prefers-color-scheme: dark) { body { background: #16181d; color: #e4e4e7; } .passed, .done { color: #6fdc8c; } .failed { color: #ff8389; } .cancelled, .skipped { color: #a8a8b3; } }
`;
