import {execFileSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

/** Makes certificates with openssl: CAs in `folder`, then server and client certificates signed by them. */
export const certificateMaker = (folder: string) => {
	const openssl = (...args: string[]) =>
		execFileSync('openssl', args, {cwd: folder, stdio: ['ignore', 'ignore', 'pipe']});
	const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
	const read = (file: string) => readFileSync(join(folder, file), 'utf8');
	return {
		ca(name: string) {
			openssl(
				'req',
				'-x509',
				...key,
				'-keyout',
				`${name}.key`,
				'-out',
				`${name}.pem`,
				'-days',
				'2',
				'-subj',
				`/CN=${name}`,
			);
			return read(`${name}.pem`);
		},
		/** @param expired Valid only on a day long past. */
		signed(
			name: string,
			by: string,
			{names = '', use, expired = false}: {names?: string; use: 'serverAuth' | 'clientAuth'; expired?: boolean},
		) {
			openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
			writeFileSync(
				join(folder, `${name}.ext`),
				[`extendedKeyUsage=${use}`, ...(names ? [`subjectAltName=${names}`] : [])].join('\n'),
			);
			const days = expired ? ['-not_before', '20200101000000Z', '-not_after', '20200102000000Z'] : ['-days', '2'];
			const signing = ['-CA', `${by}.pem`, '-CAkey', `${by}.key`, '-CAcreateserial', '-extfile', `${name}.ext`];
			if (expired) expire(openssl, name, by, folder);
			else openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, ...signing, ...days);
			return {cert: read(`${name}.pem`), key: read(`${name}.key`)};
		},
	};
};

// `openssl x509 -req` before 3.4 takes no dates, `openssl ca` does.
const expire = (openssl: (...args: string[]) => Buffer, name: string, by: string, folder: string) => {
	writeFileSync(join(folder, 'index.txt'), '');
	writeFileSync(
		join(folder, 'ca.cnf'),
		[
			'[ca]',
			'default_ca=d',
			'[d]',
			'dir=.',
			'database=index.txt',
			'new_certs_dir=.',
			'rand_serial=yes',
			'default_md=sha256',
			'policy=p',
			'[p]',
			'commonName=supplied',
		].join('\n'),
	);
	openssl(
		...['ca', '-batch', '-config', 'ca.cnf', '-cert', `${by}.pem`, '-keyfile', `${by}.key`, '-in', `${name}.csr`],
		...[
			'-out',
			`${name}.pem`,
			'-notext',
			'-extfile',
			`${name}.ext`,
			'-startdate',
			'20200101000000Z',
			'-enddate',
			'20200102000000Z',
		],
	);
};
