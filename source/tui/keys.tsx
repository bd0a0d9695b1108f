import {useInput, usePaste} from 'ink';
import {createContext, type ReactNode, use, useCallback, useLayoutEffect, useRef, useState} from 'react';
import {type KeyPress, keyPressesOf, pastePressesOf} from './key-press.ts';

type Handler = (press: KeyPress) => void;

const KeysContext = createContext<(handler: {current: Handler}) => () => void>(() => () => undefined);

/**
 * Hands every key to the newest listener. One key at a time: the screen that a key opened gets the next one, even
 * when both came in one piece.
 */
export const Keys = ({children}: {children: ReactNode}) => {
	const [listeners] = useState<{current: Handler}[]>(() => []);
	const queue = useRef<KeyPress[]>([]);
	const draining = useRef(false);

	const drain = useCallback(() => {
		const press = queue.current.shift();
		if (press === undefined) {
			draining.current = false;
			return;
		}
		listeners.at(-1)?.current(press);
		// React draws in between, so the next key meets the screen that this one made.
		setImmediate(drain);
	}, [listeners]);

	const accept = (presses: readonly KeyPress[]) => {
		queue.current.push(...presses);
		if (draining.current) return;
		draining.current = true;
		drain();
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
	return <KeysContext value={register}>{children}</KeysContext>;
};

/** Listens to the keyboard while the component is on the screen. */
export const useKeys = (handler: Handler): void => {
	const register = use(KeysContext);
	const current = useRef(handler);
	useLayoutEffect(() => {
		current.current = handler;
	});
	useLayoutEffect(() => register(current), [register]);
};
