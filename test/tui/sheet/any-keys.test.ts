import fc from 'fast-check';
import {expect, onTestFinished, test, vi} from 'vitest';
import {runApp} from '../../../source/tui/run-app.tsx';
import {eventsDuringBuild} from '../../helpers/events.ts';
import {fakeActions, fakeRun} from '../../helpers/fake-actions.ts';
import {openTerminal} from '../../helpers/terminal.ts';
import {until} from '../../helpers/until.ts';

const named = ['enter', 'escape', 'up', 'down', 'tab', 'left', 'right', 'backspace', 'home', 'end', 'pagedown'];
const typed = [...'123456789/?aosfnyxe 日', '\u001B[200~https://a.b/\u001B[31mc\n\u001B[201~'];
const withCtrl = [...'RLNUWGY'].map(letter => String.fromCharCode(letter.charCodeAt(0) - 64));
const candidates = [{name: 'a.deb', bytes: 5}, {name: 'b/'}];

test('no sequence of keys breaks a screen of the sheet', async () => {
	const complain = vi.spyOn(console, 'error').mockImplementation(() => undefined);
	onTestFinished(() => complain.mockRestore());
	const sizes = fc.constantFrom([60, 20] as const, [80, 24] as const, [120, 40] as const);
	const keys = fc.array(fc.constantFrom('enter', ...named, ...typed, ...withCtrl), {minLength: 5, maxLength: 40});
	await fc.assert(
		fc.asyncProperty(keys, sizes, async (pressed, [columns, rows]) => {
			const terminal = openTerminal(columns, rows);
			const actions = fakeActions({
				startRun: async () => fakeRun(eventsDuringBuild().events),
				completePath: async text => ({text: `${text}x`, candidates}),
			});
			const stop = new AbortController();
			let hasEnded = false;
			const app = runApp(actions, {colour: false, unicode: true, initial: 'wizard', signal: stop.signal, ...terminal});
			const end = app.then(({exitCode}) => {
				hasEnded = true;
				return exitCode;
			});
			await terminal.shows('What do you want to make?');
			terminal.press(...pressed);
			// A title, and the keys that work in the last row.
			const isWhole = () => terminal.rows()[0]?.trim() !== '' && terminal.rows().at(-1)?.trim() !== '';
			await until(() => hasEnded || isWhole(), terminal.screen);
			stop.abort();
			expect(await end).not.toBe(1);
			expect(complain).not.toHaveBeenCalled();
		}),
		{numRuns: 8},
	);
});
