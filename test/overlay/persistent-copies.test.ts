import {execFileSync, spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {mkdirSync, readFileSync, readlinkSync, statSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {overlayFiles, sourcesOf} from '../../source/builders/overlay-files.ts';
import {fakeImage, overlay} from './fake-image.ts';

/**
 * Kairos copies the image's /etc/modprobe.d and other folders over what the node keeps of them at each boot, by
 * `rsync -aquAX`: a file that is not newer than the kept one stays away, and an equally old one of the same length, too.
 */
const rsync = spawnSync('rsync', ['--version']).status === 0;

const conf = 'etc/modprobe.d/ib_core.conf';

/** An image with one configuration file, built by the step that images are built with. */
const imageWith = async (content: string, day: string) => {
	const image = fakeImage();
	image.settings({EDGE_APPLIANCE: 'false'});
	image.write('mount/settings/files.list', `0644 ${day} ${conf}\n`);
	image.write(`mount/files/${conf}`, content);
	// BuildKit stamps files of its context, and Earthly those of a COPY.
	const earthly = Date.UTC(2020, 3, 16) / 1000;
	utimesSync(image.at(`mount/files/${conf}`), earthly, earthly);
	expect(await image.run('install-files.sh')).toMatchObject({code: 0});
	return image.at('root/etc/modprobe.d');
};

/** A node's kept folder, and its boot into an image. */
const node = () => {
	const kept = join(fakeImage().at('root'), 'etc-modprobe.d.bind');
	mkdirSync(kept);
	return {
		bootInto: (folder: string) => execFileSync('rsync', ['-aquAX', `${folder}/`, `${kept}/`]),
		write: (text: string) => writeFileSync(join(kept, 'ib_core.conf'), text),
		read: () => readFileSync(join(kept, 'ib_core.conf'), 'utf8'),
	};
};

describe.skipIf(!rsync)('on a node that was installed before', () => {
	test('a change that keeps the length arrives, because its day is later', async () => {
		const {bootInto, read} = node();
		bootInto(await imageWith('options ib_core netns_mode=0\n', '2026-11-22'));
		bootInto(await imageWith('options ib_core netns_mode=1\n', '2026-12-01'));
		expect(read()).toBe('options ib_core netns_mode=1\n');
	});

	test('an image that was only built again leaves what the node changed', async () => {
		const {bootInto, write, read} = node();
		bootInto(await imageWith('options ib_core netns_mode=0\n', '2026-11-22'));
		write('options ib_core netns_mode=1\n');
		bootInto(await imageWith('options ib_core netns_mode=0\n', '2026-11-22'));
		expect(read()).toBe('options ib_core netns_mode=1\n');
	});

	test('the link to the bundle takes the place of a bundle from an older image, however new that is', async () => {
		const image = fakeImage();
		image.settings({EDGE_APPLIANCE: 'true', BFB_FILE: 'b.bfb', BFB_FILENAME: 'b.bfb', BFB_SHA256: ''});
		image.write('mount/firmware/b.bfb', 'firmware');
		expect(await image.run('install-bfb.sh')).toMatchObject({code: 0});
		const kept = join(image.at('root'), 'opt.bind');
		mkdirSync(join(kept, 'spectrocloud/spcx/bfb'), {recursive: true});
		const bundle = join(kept, 'spectrocloud/spcx/bfb/b.bfb');
		writeFileSync(bundle, 'firmware');
		const later = Date.now() / 1000 + 1_000_000;
		utimesSync(bundle, later, later);
		execFileSync('rsync', ['-aquAX', `${image.at('root/opt')}/`, `${kept}/`]);
		expect(readlinkSync(bundle)).toBe('/usr/lib/edge-builder/firmware/b.bfb');
	});

	test('without a later day it would not arrive: this test can fail', async () => {
		const {bootInto, read} = node();
		bootInto(await imageWith('options ib_core netns_mode=0\n', '2020-04-16'));
		bootInto(await imageWith('options ib_core netns_mode=1\n', '2020-04-16'));
		expect(read()).toBe('options ib_core netns_mode=0\n');
	});
});

test('a file has the day of its change for its time, in every build', async () => {
	const folders = [await imageWith('a', '2026-11-22'), await imageWith('a', '2026-11-22')];
	for (const folder of folders) {
		expect(statSync(join(folder, 'ib_core.conf')).mtime.toISOString()).toBe('2026-11-22T00:00:00.000Z');
	}
});

// Whoever changes one of these files gives it a later day in source/builders/overlay-files.ts, and both here.
test.each([
	[
		'etc/modprobe.d/blacklist-nouveau.conf',
		'2026-11-22',
		'3fc53e9f3b6999efe30d409bcabdb7ab87ebb9f3b09911873e651881939a4fee',
	],
	['etc/modprobe.d/ib_core.conf', '2026-11-22', '8d446faa224b11689605bd5eeff31453522ecadf3ba764a7ab82907ee7e9be46'],
	['etc/lldpd.d/rcp-lldpd.conf', '2026-11-22', 'fbbc04590264d8d7d506689239ae88e223af35fc2532e874a5e6e989491abeb0'],
	['etc/modules-load.d/nfsrdma.conf', '2026-11-22', '09f3ecc482e4b751b8cb39b716ced516d6f47700ba5a96d8e5b06feffcacd13d'],
])('%s has the content of %s', (path, day, sha256) => {
	const file = overlayFiles.find(candidate => candidate.path === path);
	const text = readFileSync(join(overlay, ...(file ? sourcesOf(file) : [])), 'utf8');
	expect([file?.changed, createHash('sha256').update(text).digest('hex')]).toEqual([day, sha256]);
});

test('every file in a folder that nodes keep has a day', () => {
	const kept = /^etc\/(default|lldpd\.d|modprobe\.d|modules-load\.d)\//;
	expect(overlayFiles.filter(({path, changed}) => kept.test(path) && changed === undefined)).toEqual([]);
});
