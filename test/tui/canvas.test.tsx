import {render} from 'ink';
import {type ReactNode, useState} from 'react';
import {expect, test, vi} from 'vitest';
import {Canvas, ThemeContext} from '../../source/tui/canvas.tsx';
import {Keys, useKeys} from '../../source/tui/keys.tsx';
import {emptyLine, line, toned} from '../../source/tui/lines.ts';
import {createTheme} from '../../source/tui/theme.ts';
import {openTerminal} from '../helpers/terminal.ts';

const draw = (tree: ReactNode) => {
	const terminal = openTerminal(40, 5);
	const {unmount} = render(tree, {...terminal, interactive: true, patchConsole: false});
	return {...terminal, unmount};
};

test('rows are drawn as they are, empty ones too', async () => {
	const {shows, screen, unmount} = draw(<Canvas rows={[line('a ', toned('bad', 'b')), emptyLine, line('c')]} />);
	await shows('c');
	expect(screen().trimEnd()).toBe('a b\n\nc');
	unmount();
});

test('what the terminal cannot show is spelled out', async () => {
	const {shows, unmount} = draw(
		<ThemeContext value={createTheme({colour: false, unicode: false})}>
			<Canvas rows={[line('a → b … “c” 日')]} />
		</ThemeContext>,
	);
	await shows('a -> b ... "c" ?');
	unmount();
});

type ScreenProps = {name: string; onKey(what: string): void};

const Screen = ({name, onKey}: ScreenProps) => {
	useKeys(({key}) => onKey(`${name} ${key}`));
	return <Canvas rows={[line(name)]} />;
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
		<Keys>
			<FirstThenSecond onKey={what => seen.push(what)} />
		</Keys>,
	);
	await shows('first');
	press('abc');
	await vi.waitFor(() => expect(seen).toEqual(['first a', 'second b', 'second c']));
	unmount();
});
