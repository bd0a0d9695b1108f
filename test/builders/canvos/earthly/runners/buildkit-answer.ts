/** The answer of BuildKit's Control.Info: a gRPC message with its version, and Earthly's own number of builds. */
export const infoAnswer = (name: string, version: string, builds = 0) => {
	const message = Buffer.concat([
		string(1, Buffer.concat([string(1, name), string(2, version), string(3, 'abc')])),
		// Field 101, a number; what is 0 isn't sent.
		...(builds === 0 ? [] : [Buffer.from([0xa8, 0x06, builds])]),
	]);
	return Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]);
};

const string = (field: number, text: string | Buffer) =>
	Buffer.concat([Buffer.from([field * 8 + 2, text.length]), Buffer.from(text)]);
