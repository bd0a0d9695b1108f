import {type Field, type Group, groups} from './field-types.ts';
import {fieldList} from './fields.ts';

/** Text of docs/settings.md. */
export const settingsMarkdown = (): string =>
	[
		introduction,
		...(Object.entries(groups) as [Group, string][]).map(([group, title]) =>
			[`## ${title}`, ...fieldList.filter(field => field.group === group).map(section)].join('\n\n'),
		),
	]
		.join('\n\n')
		.concat('\n');

const introduction = `# Settings

<!-- Made from source/settings by \`npm run docs\`; edit the table there. -->

Each setting can be given as a flag (\`--k8s-version 1.34.2\`), as an argument (\`K8S_VERSION=1.34.2\`), in the environment
under the same upper-case name, or in a preset under the name of its heading. The first of these that is given wins;
otherwise the default counts. \`edge-builder info\` says which one it was. Empty variables in the environment count as not
given. Flags of settings that are true or false can also be written \`--edge-appliance\` and \`--no-edge-appliance\`.

Some names are common: a CI exports \`RUNNER\`, a shell \`ARCH\`, a desktop the proxies. What the environment has there
and cannot be ours is passed over with a warning; as a flag, as an argument and in a preset it is refused.

Paths are taken from the workspace (\`--workspace\`, else the current folder) where they are relative, whoever names them:
flag, argument, environment or preset. \`~/\` is the home folder. What is named must be there before anything starts.

In a preset, \`env:NAME\` takes a value from the environment, \`file:PATH\` the first line of a file, and \`'prompt:'\` (in
quotes, for YAML) asks for it when a run begins; secrets and addresses with a password or a query can only be given so.
\`docs/settings.schema.json\` describes preset files for editors.`;

function section(field: Field): string {
	const builders = field.builders.length === 1 ? ` Only for the builder \`${field.builders[0]}\`.` : '';
	return [
		`### ${field.key}`,
		`${field.title}. ${field.question}`,
		`${field.help.what} ${field.help.why}${builders}`,
		facts(field)
			.map(([name, value]) => `- ${name}: ${value}`)
			.join('\n'),
	].join('\n\n');
}

const facts = (field: Field): readonly (readonly [string, string])[] => [
	['Flag', code(`--${field.flag}`)],
	['Argument and environment', nameFacts(field)],
	['Values', values(field)],
	['Default', field.secret ? 'none' : (field.defaultText ?? shown(field.default))],
	['Safe choice', field.help.safe],
	['With a wrong value', field.help.breaks],
	...(field.secret ? [['Secret', 'never shown, never saved'] as const] : []),
];

const nameFacts = ({name, aliases = [], notFromEnvironment, sharedName}: Field) =>
	[
		code(name),
		...aliases.map(alias => `also ${code(alias)}`),
		...(notFromEnvironment ? ['not read from the environment'] : []),
		...(sharedName ? ['passed over with a warning where the environment has something else there'] : []),
	].join(', ');

function values(field: Field): string {
	switch (field.kind.is) {
		case 'yes-no':
			return '`true` or `false`, also `yes`, `no`, `1`, `0`';
		case 'integer':
			return `${field.kind.min} to ${field.kind.max}${units[field.kind.unit ?? ''] ?? ''}`;
		case 'choice':
			return (field.choices ?? []).map(({value, description}) => `${code(String(value))} (${description})`).join('; ');
		case 'text':
			return `text${field.kind.pattern ? ` of the form ${code(field.kind.pattern)}` : ''}, at most ${field.kind.longest} characters`;
		default:
			return field.kind satisfies never;
	}
}

const units: Readonly<Record<string, string>> = {
	MiB: ' MiB, also written like `16G`',
	GB: ' GB, also written like `2T`',
	seconds: ' seconds, also written like `10min`',
};

const shown = (value: unknown) => (value === '' ? 'empty' : code(String(value)));

const code = (text: string) => `\`${text}\``;
