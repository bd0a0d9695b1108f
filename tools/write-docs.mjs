// `npm run docs`: docs/settings.md and its JSON Schema from the table of settings.
import {writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {settingsJsonSchema} from '../source/settings/json-schema.ts';
import {settingsMarkdown} from '../source/settings/markdown.ts';

const docs = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs');
writeFileSync(join(docs, 'settings.md'), settingsMarkdown());
writeFileSync(join(docs, 'settings.schema.json'), `${JSON.stringify(settingsJsonSchema(), undefined, '\t')}\n`);
