import {render} from 'ink';
import {type ReactNode, useState} from 'react';
import {expect, test, vi} from 'vitest';
import {Keyboard, useKeys} from '../../source/tui/keyboard.tsx';
import {ScreenRows} from '../../source/tui/screen-rows.tsx';
import {emptyLine, line, toned} from '../../source/tui/styled-text.ts';
import {createTheme, ThemeContext} from '../../source/tui/theme.tsx';
import {openTerminal} from '../helpers/terminal.ts';

const draw = (tree: ReactNode) => {
	const terminal = openTerminal(40, 5);
	const {unmount} = render(tree, {...terminal, interactive: true, patchConsole: false});
	return {...terminal, unmount};
};

test('rows are drawn as they are, empty ones too', async () => {
	const {shows, screen, unmount} = draw(<ScreenRows rows={[line('a ', toned('bad', 'b')), emptyLine, line('c')]} />);
	await shows('c');
	expect(screen().trimEnd()).toBe('a b\n\nc');
	unmount();
});

test('what the terminal cannot show is replaced by as many columns', async () => {
	const {shows, unmount} = draw(
		<ThemeContext value={createTheme({colour: false, unicode: false})}>
			<ScreenRows rows={[line('a → b … “c” 日')]} />
		</ThemeContext>,
	);
	await shows('a > b ~ "c" ??');
	unmount();
});

type ScreenProps = {name: string; onKey(what: string): void};

const Screen = ({name, onKey}: ScreenProps) => {
	useKeys(({key}) => onKey(`${name} ${key}`));
	return <ScreenRows rows={[line(name)]} />;
};

const FirstThenSecond = ({onKey}: Pick<ScreenProps, 'onKey'>) => {
	const [name, setName] = useState('first');
	const pressed = (what: string) => {
		onKey(what);
		setName('second');
	};
	return <Screen key={name} name={name} onKey={pressed} />;
};

test('each key meets the screen that the key before it made', async () => {
	const seen: string[] = [];
	const {press, shows, unmount} = draw(
		<Keyboard suspend={async () => undefined}>
			<FirstThenSecond onKey={what => seen.push(what)} />
		</Keyboard>,
	);
	await shows('first');
	press('abc');
	await vi.waitFor(() => expect(seen).toEqual(['first a', 'second b', 'second c']));
	unmount();
});
