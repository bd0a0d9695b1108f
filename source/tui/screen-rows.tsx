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
	const shown = withoutBlankEnd(row);
	// Measuring a text costs more than all else of a row, and half of the rows of a first screen are empty.
	if (shown.length === 0) return <Box height={1} />;
	return (
		<Box height={1}>
			<Text wrap="truncate">
				{shown.map(({text, tone}, index) => (
					// biome-ignore lint/suspicious/noArrayIndexKey: a span is its position in the row.
					<Text key={index} {...theme.styleOf(tone)}>
						{displayable(text, theme.glyphs)}
					</Text>
				))}
			</Text>
		</Box>
	);
}, sameRow);

function withoutBlankEnd(row: Line): Line {
	const end = row.findLastIndex(({text, tone}) => tone !== 'plain' || text.trim() !== '');
	return row.slice(0, end + 1);
}

function sameRow({row: a}: {row: Line}, {row: b}: {row: Line}) {
	return (
		a.length === b.length && a.every((span, index) => span.text === b[index]?.text && span.tone === b[index]?.tone)
	);
}
