/** Why notifications could not be set up or go on. */
export type NotificationErrorCode = 'SettingInvalid' | 'Corrupt';

/** A fault of a setting, or of the file that queues are kept in. */
export class NotificationError extends Error {
  readonly code: NotificationErrorCode;

  constructor(code: NotificationErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'NotificationError';
    this.code = code;
  }
}
