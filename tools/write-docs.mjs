// `npm run docs`: docs/settings.md and its JSON Schema from the table of settings, the rooms in docs/architecture.md from
// the imports.
import {readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {settingsJsonSchema} from '../source/settings/json-schema.ts';
import {settingsMarkdown} from '../source/settings/settings-documentation.ts';
import {withRooms} from './import-graph.mjs';

const docs = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs');
writeFileSync(join(docs, 'settings.md'), settingsMarkdown());
writeFileSync(join(docs, 'settings.schema.json'), `${JSON.stringify(settingsJsonSchema(), undefined, '\t')}\n`);

const architecture = join(docs, 'architecture.md');
writeFileSync(architecture, withRooms(readFileSync(architecture, 'utf8')));
