import {FixableError} from '../errors.ts';
import {fileToWrite} from '../host/output-path.ts';
import type {SettingValue} from '../settings/field-types.ts';
import {absolutePath} from '../settings/path-settings.ts';
import type {AppActions, PresetDifference} from './actions.ts';
import {type Invocation, pathBase} from './invocation.ts';
import {duplicatePreset, renamePreset} from './preset-copies.ts';
import {deletePreset, restorePreset} from './preset-deletion.ts';
import {presetDifference, type SettingDifference} from './preset-difference.ts';
import {findPreset} from './preset-files.ts';
import {importPreset, saveImported} from './preset-import.ts';
import {isAddress} from './preset-source.ts';

/** What the presets screen does beside building; loaded when it is first done. */
export type PresetChanges = Pick<
	AppActions,
	| 'deletePreset'
	| 'restorePreset'
	| 'duplicatePreset'
	| 'renamePreset'
	| 'lookAtImport'
	| 'saveImport'
	| 'exportPreset'
	| 'comparePresets'
>;

/** The same functions as the commands use. */
export const presetChanges = (invocation: Invocation): PresetChanges => ({
	async deletePreset(name) {
		await deletePreset(invocation, name);
	},
	async restorePreset(name) {
		await restorePreset(invocation, name);
	},
	async duplicatePreset(name, copy) {
		const {origin} = await findPreset(invocation, name);
		await duplicatePreset(invocation, name, copy, {forMe: origin === 'person'});
	},
	async renamePreset(name, to) {
		await renamePreset(invocation, name, to);
	},
	async lookAtImport(from, name) {
		const place = isAddress(from) ? from : absolutePath(from, pathBase(invocation));
		try {
			const {difference, ...imported} = await importPreset(invocation, place, {name});
			return {...imported, difference: difference.map(inWords)};
		} catch (error) {
			if (!(error instanceof FixableError) || !ofItsName.includes(error.code)) throw error;
			return {needsName: error.message};
		}
	},
	async saveImport({name, text, place, exists, remarks}) {
		// One that is there is replaced where it lies.
		const forMe = exists && (await findPreset(invocation, name)).origin === 'person';
		await saveImported(invocation, {name, text, place, exists, remarks, difference: []}, {replace: exists, forMe});
	},
	async exportPreset(name, to) {
		const {files} = invocation.host;
		const preset = await findPreset(invocation, name);
		const file = await fileToWrite(files, absolutePath(to, pathBase(invocation)), 'output-place');
		if (await files.exists(file)) {
			throw new FixableError('file-exists', `There is a file ${file} already`, {hint: 'Name another.', exit: 'usage'});
		}
		await files.write(file, preset.text);
		return file;
	},
	comparePresets: async (before, after) => (await presetDifference(invocation, before, after)).map(inWords),
});

const ofItsName: readonly string[] = ['preset-name', 'preset-built-in'];

const inWords = ({title, before, after, follows}: SettingDifference): PresetDifference => ({
	title,
	before: wordsOf(before),
	after: wordsOf(after),
	follows,
});

const wordsOf = (value: SettingValue) =>
	value === '' ? 'nothing' : value === true ? 'yes' : value === false ? 'no' : String(value);
