export { bytesText, countOf, countText, shortCountText } from './amounts.ts';
export { type ArnParts, parseArn, shortArn } from './arns.ts';
export { commandLine, option } from './command-lines.ts';
export { durationText, type InstantText, instantText, relativeText } from './instants.ts';
export { csvOf, type ExportColumn } from './tables.ts';
