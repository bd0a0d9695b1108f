/** Fields of type string or message in a protobuf message, by field number; enough for BuildKit's version. */
export const protobufFields = (bytes: Buffer): Map<number, Buffer> => {
	const fields = new Map<number, Buffer>();
	let at = 0;
	const varint = () => {
		let value = 0;
		for (let shift = 0; at < bytes.length; shift += 7) {
			const byte = bytes[at++] ?? 0;
			value += (byte & 0x7f) * 2 ** shift;
			if (byte < 0x80) break;
		}
		return value;
	};
	while (at < bytes.length) {
		const key = varint();
		const wireType = key & 7;
		if (wireType === 2) {
			const length = varint();
			fields.set(Math.floor(key / 8), bytes.subarray(at, at + length));
			at += length;
		} else if (wireType === 0) varint();
		else at += wireType === 1 ? 8 : wireType === 5 ? 4 : bytes.length;
	}
	return fields;
};
