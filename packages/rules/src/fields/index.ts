export { compileBlock, parseAddress } from './address.ts';
export { type Calendar, isJsonObject } from './derived.ts';
export { compileField, type Field, type FieldSource, plainText, textsOf } from './field.ts';
export type { Schedule } from './schedule.ts';
export { EventView } from './view.ts';
export { weekdays, zoneClock } from './zone.ts';
