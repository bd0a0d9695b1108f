/** `Earthfile:12` of the innermost place that an error message of Earthly names. */
export const sourceIn = (message: string): string | undefined => {
	const places = [...message.matchAll(/([\w./-]*Earthfile):(\d+):\d+/g)].filter(([, , line]) => line !== '0');
	const place = places.at(-1) ?? /([\w./-]*Earthfile)\s*syntax error: line (\d+):/.exec(message);
	return place ? `${place[1]}:${place[2]}` : undefined;
};
