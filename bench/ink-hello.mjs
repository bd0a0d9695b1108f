// The smallest Ink program, from its packages as they lie in node_modules: what start-up and memory are compared with.
import {render, Text, useInput} from 'ink';
import {createElement} from 'react';

const Hello = () => {
	useInput(() => {});
	return createElement(Text, null, 'Hello from Ink');
};

render(createElement(Hello));
