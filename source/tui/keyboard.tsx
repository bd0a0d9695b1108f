import {useApp, useInput, usePaste} from 'ink';
import {createContext, type ReactNode, use, useCallback, useEffect, useLayoutEffect, useRef, useState} from 'react';
import {type KeyPress, keyPressesOf, pastePressesOf} from './key-press.ts';

type Handler = (press: KeyPress) => void;

type Keys = {
	register(handler: {current: Handler}): () => void;
	/** Hands on keys that were held: they came before those that still wait. */
	giveBack(presses: readonly KeyPress[]): void;
};

const KeysContext = createContext<Keys>({register: () => () => undefined, giveBack: () => undefined});

/**
 * Hands every key to the newest listener, one at a time: the screen that a key opened gets the next one, even when both
 * came in one piece.
 * @param suspend Ctrl-Z: stops the program while the shell has its terminal back, and resolves when it goes on.
 */
export function Keyboard({children, suspend}: {children: ReactNode; suspend(): Promise<void>}) {
	const {suspendTerminal} = useApp();
	const [listeners] = useState<{current: Handler}[]>(() => []);
	const queue = useRef<KeyPress[]>([]);
	const [handled, setHandled] = useState(0);
	const isBusy = useRef(false);

	const deliver = useCallback(() => {
		const press = queue.current.shift();
		isBusy.current = press !== undefined;
		if (press === undefined) return;
		listeners.at(-1)?.current(press);
		setHandled(count => count + 1);
	}, [listeners]);
	// The count changes in the same commit as whatever the key changed, so the next key meets the screen this one made.
	// biome-ignore lint/correctness/useExhaustiveDependencies: the count is what this waits for.
	useEffect(deliver, [handled, deliver]);

	const accept = (presses: readonly KeyPress[]) => {
		// No screen's own: in raw mode the terminal makes no signal of it.
		if (presses.some(({key}) => key === 'ctrl+z')) return void suspendTerminal(suspend);
		queue.current.push(...presses);
		if (!isBusy.current) deliver();
	};
	useInput((input, key) => accept(keyPressesOf(input, key)));
	usePaste(text => accept(pastePressesOf(text)));

	const register = useCallback(
		(handler: {current: Handler}) => {
			listeners.push(handler);
			return () => {
				listeners.splice(listeners.indexOf(handler), 1);
			};
		},
		[listeners],
	);
	const giveBack = useCallback(
		(presses: readonly KeyPress[]) => {
			queue.current.unshift(...presses);
			if (!isBusy.current) deliver();
		},
		[deliver],
	);
	const [keys] = useState<Keys>(() => ({register, giveBack}));
	return <KeysContext value={keys}>{children}</KeysContext>;
}

/** For a screen that only waits for the next one: keys that it is handed are given to that, in their order. */
export function useHeldKeys(): (press: KeyPress) => void {
	const {giveBack} = use(KeysContext);
	const held = useRef<KeyPress[]>([]);
	useEffect(() => () => giveBack(held.current), [giveBack]);
	return press => held.current.push(press);
}

/**
 * As `useKeys` for a screen whose content is still being read: until it is there keys wait, but for those that lead out.
 * @param waysOut Where letters are text, fewer than usual.
 */
export function useKeysOnceLoaded(isLoaded: boolean, handler: Handler, waysOut = usualWaysOut): void {
	const {giveBack} = use(KeysContext);
	const held = useRef<KeyPress[]>([]);
	useEffect(() => {
		if (isLoaded) giveBack(held.current.splice(0));
	}, [isLoaded, giveBack]);
	useKeys(press => {
		if (isLoaded || waysOut.includes(press.key)) handler(press);
		else held.current.push(press);
	});
}

const usualWaysOut: readonly string[] = ['ctrl+c', 'escape', 'q', 'left', 'ctrl+b'];

/** Listens to the keyboard while the component is on the screen. */
export function useKeys(handler: Handler): void {
	const {register} = use(KeysContext);
	const current = useRef(handler);
	useLayoutEffect(() => {
		current.current = handler;
	});
	useLayoutEffect(() => register(current), [register]);
}
