export { bytesText, countOf, countText, shortCountText } from './amounts.ts';
export { type ArnParts, parseArn, shortArn } from './arns.ts';
export { commandLine, option } from './command-lines.ts';
export {
  actorName,
  assetTexts,
  attemptsOf,
  eventSentence,
  keyName,
  operationName,
  textAt,
} from './event-texts.ts';
export {
  durationText,
  fieldOfInstant,
  instantOfField,
  type InstantText,
  instantText,
  relativeText,
} from './instants.ts';
export { nameOfKey, originText, stateText, usageText } from './key-words.ts';
export { csvOf, type ExportColumn } from './tables.ts';
export { type NamedRange, timeRangeOf, timeRanges, windowOfRange } from './time-ranges.ts';
export { readXml, type XmlElement, xmlAt, xmlText } from './xml.ts';
