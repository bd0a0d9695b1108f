// The smallest Ink program that shows what is typed: what the echo of a key is compared with.
import {render, Text, useInput} from 'ink';
import {createElement, useState} from 'react';

const Echo = () => {
	const [text, setText] = useState('');
	useInput(input => setText(text => text + input));
	return createElement(Text, null, `Text: ${text}`);
};

render(createElement(Echo));
