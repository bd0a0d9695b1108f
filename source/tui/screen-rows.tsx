import {Box, Text} from 'ink';
import {memo} from 'react';
import {displayable} from './glyphs.ts';
import type {Line} from './styled-text.ts';
import {useTheme} from './theme.tsx';

/** Draws rows as they are: they must fit the terminal already. */
export const ScreenRows = ({rows}: {rows: readonly Line[]}) => (
	<Box flexDirection="column">
		{rows.map((row, index) => (
			// biome-ignore lint/suspicious/noArrayIndexKey: a row of the screen is its position.
			<Row key={index} row={row} />
		))}
	</Box>
);

const Row = memo(({row}: {row: Line}) => {
	const theme = useTheme();
	return (
		<Box height={1}>
			<Text wrap="truncate">
				{row.length === 0
					? ' '
					: row.map(({text, tone}, index) => (
							// biome-ignore lint/suspicious/noArrayIndexKey: a span is its position in the row.
							<Text key={index} {...theme.styleOf(tone)}>
								{displayable(text, theme.glyphs)}
							</Text>
						))}
			</Text>
		</Box>
	);
}, sameRow);

function sameRow({row: a}: {row: Line}, {row: b}: {row: Line}) {
	return (
		a.length === b.length && a.every((span, index) => span.text === b[index]?.text && span.tone === b[index]?.tone)
	);
}
