import type { Operation } from '../operation.ts';
import { authorizeReading } from '../record-access.ts';

/** `GetSettings`: what the service was started with, which whoever answers knows. */
export const getSettings: Operation = {
  name: 'GetSettings',
  action: 'settings.read',
  run(attempt) {
    authorizeReading(attempt, 'keywitness:GetSettings');
    return {};
  },
};
