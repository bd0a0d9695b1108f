// `npm run bench`, or some of them: `npm run bench -- start-up firmware`. Prints ratios; above 1 we are better.
const all = ['start-up', 'key-echo', 'idle-memory', 'log-storm', 'live-view', 'firmware'];

const asked = process.argv.slice(2);
const unknown = asked.filter(name => !all.includes(name));
if (unknown.length > 0) {
	console.error(`There is no bench ${unknown.join(', ')}. There are: ${all.join(', ')}.`);
	process.exit(2);
}
for (const name of asked.length > 0 ? asked : all) {
	const {bench} = await import(`./${name}.mjs`);
	await bench();
}
