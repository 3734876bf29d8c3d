export { progressLine, startProgress } from './progress.ts';
export { endWithReader, isOutputTerminal, outputColumns, printBytes, printLines } from './streams.ts';
export { type Column, layOutRow, layOutTable, tableWidths } from './table.ts';
export { visible, visibleJson } from './visible.ts';
