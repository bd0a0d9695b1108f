import {z} from 'zod';

const text = z.string().min(1);
const known = text.nullable();
const count = z.number().int().min(0);

const card = z.strictObject({
	address: text.describe('PCI address of the function, as sysfs has it'),
	class: z.enum(['SuperNIC', 'DPU', 'ConnectX', 'Unknown']),
	psid: known.describe('Kind of the card'),
	interface: known,
	firmware: z.strictObject({running: known, flash: known}).describe('They differ while a reset is pending'),
	link: z.strictObject({width: known, speed: known}),
	functions: z.strictObject({made: count.nullable(), offered: count.nullable()}).describe('Virtual functions'),
	uplink: z.boolean().describe('Carries the uplink of the host: nothing is changed on it'),
	health: z
		.enum(['ok', 'unbound', 'no-rdma', 'no-interface', 'reporter-error', 'narrow-link', 'slow-link'])
		.describe('The worst there is to say of it'),
	trouble: known.describe('Why nothing can be told of this card'),
	parameters: z
		.record(text, z.strictObject({now: known, next: text}))
		.describe('mlxconfig: in force, and after the next boot'),
});

const common = {
	version: text,
	host: z.enum(['immutable', 'mutable']),
	node: known,
	state: known.describe('The label spectrocloud.com/nodeprep'),
	reason: known.describe('Code of the last failure, as in the label spectrocloud.com/nodeprep-reason'),
	attempts: z.strictObject({count, limit: count, stage: known}),
	rebootScheduled: z.boolean(),
	cards: z.array(card),
};

/** What `nodeprep.sh --status --json` prints. */
export const statusReport = z.strictObject(common);

/** What `nodeprep.sh --check --json` prints. */
export const checkReport = z.strictObject({
	...common,
	warnings: z.array(text).describe('What the environment file says in vain'),
	missing: z.array(text),
	todo: z.array(text).describe('What a run would do'),
	exitCode: z.literal([0, 50, 51]),
});
