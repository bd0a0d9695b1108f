import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {temporaryFolder} from './temporary-folder.ts';

/** That environment, in which the program takes itself for somebody who isn't root, whoever runs the tests. */
export const ordinaryUser = (env: Record<string, string> = {}) => {
	const folder = temporaryFolder();
	const preload = join(folder, 'user.cjs');
	writeFileSync(
		preload,
		`const os = require('node:os');
const user = {...os.userInfo(), uid: 1000, gid: 1000, username: 'builder', homedir: ${JSON.stringify(folder)}};
os.userInfo = () => user;
require('node:module').syncBuiltinESMExports();
`,
	);
	return {...env, NODE_OPTIONS: `${env.NODE_OPTIONS ?? ''} --require=${preload}`, HOME: folder};
};
