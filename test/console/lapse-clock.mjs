/**
 * Loaded before a server that is to live through weeks in a minute: its time of day is ahead by as many milliseconds as
 * the file says that `LAPSE_FILE` names (a 64-bit float). Timers and durations stay as they are.
 */
import { openSync, readSync } from 'node:fs';

const file = openSync(process.env.LAPSE_FILE, 'r');
const bytes = new Float64Array(1);
const ahead = () => {
  readSync(file, bytes, 0, bytes.byteLength, 0);
  return bytes[0];
};

const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...parts) {
    if (parts.length === 0) super(RealDate.now() + ahead());
    else super(...parts);
  }
  static now() {
    return RealDate.now() + ahead();
  }
};
