import {useWindowSize} from 'ink';
import {type ReactNode, useState} from 'react';
import type {Glyphs} from '../glyphs.ts';
import {useKeys} from '../keyboard.tsx';
import {commandOf} from '../keymap.ts';
import {bodyColumns, bodyRows, drawPage} from '../page-layout.ts';
import {ScreenRows} from '../screen-rows.tsx';
import {type Line, line, toned} from '../styled-text.ts';
import {useTheme} from '../theme.tsx';

type Props = {
	title: string;
	remark?: string;
	draw(width: number, glyphs: Glyphs): readonly Line[];
	onBack(): void;
	onLeave(): void;
};

/** Rows to read, however many. */
export function ReadingScreen({title, remark = '', draw, onBack, onLeave}: Props): ReactNode {
	const {glyphs} = useTheme();
	const size = useWindowSize();
	const [scrolled, setTop] = useState(0);
	const room = bodyRows(size.rows);
	const rows = draw(bodyColumns(size.columns), glyphs);
	const last = Math.max(0, rows.length - room);
	const top = Math.min(scrolled, last);
	const scroll = (by: number) => setTop(Math.max(0, Math.min(last, top + by)));
	useKeys(press => {
		const command = commandOf('reading', press);
		if (command === 'leave') onLeave();
		if (command === 'back') onBack();
		if (command === 'up') scroll(-1);
		if (command === 'down') scroll(1);
		if (command === 'pageUp') scroll(-room);
		if (command === 'pageDown') scroll(room);
	});
	const below = last - top;
	const right = line(
		toned('muted', [below > 0 ? `${glyphs.down} ${below} more` : '', remark].filter(Boolean).join('   ')),
	);
	const body = rows.slice(top, top + room);
	return <ScreenRows rows={drawPage({title, remark: right, body, scope: 'reading', help: false, glyphs}, size)} />;
}
