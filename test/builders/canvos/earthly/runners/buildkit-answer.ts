/** The answer of BuildKit's Control.Info: a gRPC message with its version. */
export const infoAnswer = (name: string, version: string) => {
	const message = string(1, Buffer.concat([string(1, name), string(2, version), string(3, 'abc')]));
	return Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]);
};

const string = (field: number, text: string | Buffer) =>
	Buffer.concat([Buffer.from([field * 8 + 2, text.length]), Buffer.from(text)]);
