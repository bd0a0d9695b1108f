import type {Field} from './field-types.ts';
import {fieldList} from './fields.ts';
import {presetSchemaVersion} from './preset-migrations.ts';
import {referencePattern} from './preset-references.ts';
import {presetNamePattern} from './preset-text.ts';

/** JSON Schema (draft 2020-12) of a preset file, for editors; the program itself judges by the same table. */
export const settingsJsonSchema = () => ({
	$schema: 'https://json-schema.org/draft/2020-12/schema',
	title: 'Preset of edge-builder',
	type: 'object',
	required: ['schemaVersion', 'name', 'settings'],
	additionalProperties: false,
	properties: {
		schemaVersion: {const: presetSchemaVersion, description: 'Version of this file format.'},
		name: {type: 'string', pattern: presetNamePattern, description: 'Name of the preset and of its file.'},
		description: {type: 'string', description: 'One sentence, shown in menus and lists.'},
		settings: {
			type: 'object',
			additionalProperties: false,
			properties: Object.fromEntries(
				fieldList.flatMap(field => {
					const schema = valueSchema(field);
					return [
						[field.key, schema],
						[field.name, {...schema, description: `The same as ${field.key}.`}],
					].filter(([name], index, all) => all.findIndex(([other]) => other === name) === index);
				}),
			),
		},
	},
});

const reference = {type: 'string', pattern: referencePattern};

function valueSchema(field: Field) {
	const about = {
		title: field.question,
		description: `${field.help.what} ${field.help.why}`,
		...(typeof field.default === 'function' || field.secret ? {} : {default: field.default}),
	};
	if (field.secret) return {...about, ...reference};
	switch (field.kind.is) {
		case 'yes-no':
			return {...about, type: 'boolean'};
		case 'integer':
			return {...about, type: 'integer', minimum: field.kind.min, maximum: field.kind.max};
		case 'choice':
			return {...about, enum: field.choices?.map(({value}) => value) ?? []};
		case 'text':
			// Version numbers written without quotes are numbers to YAML; the program reads them as they were written.
			return {
				...about,
				type: ['string', 'number'],
				maxLength: field.kind.longest,
				...(field.kind.pattern ? {pattern: field.kind.pattern} : {}),
			};
		default:
			return field.kind satisfies never;
	}
}
