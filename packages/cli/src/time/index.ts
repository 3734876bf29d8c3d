export { parseTime, type Zone } from './parse-time.ts';
export { showTime, zoneName } from './show-time.ts';
