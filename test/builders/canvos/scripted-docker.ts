import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {temporaryFolder} from '../../helpers/temporary-folder.ts';

/**
 * A PATH with a docker that knows images by name and id, as one daemon for everybody who has this PATH, and an earthly
 * that leaves a new image of this name in it. `served` are the images that can be pulled.
 */
export const scriptedDocker = (reference: string, {served = []}: {served?: readonly string[]} = {}) => {
	const folder = temporaryFolder();
	const store = join(folder, 'images.json');
	writeFileSync(store, '{}');
	const program = (name: string, text: string) =>
		writeFileSync(join(folder, name), `#!${process.execPath}\n${text}`, {mode: 0o755});
	writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
	program('docker', docker(store, served));
	program('earthly', earthly(store, reference));
	return {
		env: {PATH: `${folder}:${process.env.PATH}`},
		/** Ids by name. */
		images: (): Record<string, string> => JSON.parse(readFileSync(store, 'utf8')),
	};
};

const readStore = (store: string) => `import {readFileSync, writeFileSync} from 'node:fs';
const images = JSON.parse(readFileSync(${JSON.stringify(store)}, 'utf8'));
const save = () => writeFileSync(${JSON.stringify(store)}, JSON.stringify(images));
`;

const docker = (store: string, served: readonly string[]) => `${readStore(store)}
const words = process.argv.slice(2);
const name = words.at(-1);
const id = name?.startsWith('sha256:') ? Object.values(images).find(one => one === name) : images[name];
const fail = text => {
	console.error(text);
	process.exit(1);
};
switch (words.slice(0, words[0] === 'image' ? 2 : 1).join(' ')) {
	case 'info':
		console.log(JSON.stringify({ServerVersion: '27.5.1', Driver: 'overlay2', CgroupVersion: '2', MemTotal: 32e9}));
		break;
	case 'run':
		fail('exec: "/no-such-program": executable file not found in $PATH');
		break;
	case 'image inspect':
		if (id === undefined) fail('Error: No such image: ' + name);
		if (words.includes('--format')) console.log(Object.keys(images).filter(one => images[one] === id).join(' '));
		else console.log(JSON.stringify([{Id: id, Size: 3_000_000_000}]));
		break;
	case 'image rm':
		if (id === undefined) fail('Error: No such image: ' + name);
		delete images[name];
		save();
		break;
	case 'pull':
		if (!${JSON.stringify(served)}.includes(name)) fail('Error response from daemon: ' + name + ' is not here');
		images[name] = 'sha256:' + String(process.pid).padStart(64, '0');
		save();
		break;
	case 'tag':
		if (images[words[1]] === undefined) fail('Error: No such image: ' + words[1]);
		images[name] = images[words[1]];
		save();
		break;
}
`;

const earthly = (store: string, reference: string) => `${readStore(store)}
if (process.argv.includes('--version')) console.log('earthly version v0.8.15');
else if (process.argv.includes('+build-provider-images')) {
	const id = 'sha256:' + String(process.pid).padStart(64, '0');
	for (const name of ['', '_linux_amd64']) images[${JSON.stringify(reference)} + name] = id;
	save();
}
`;
