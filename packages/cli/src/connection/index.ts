export type { ConnectionOptions } from './connection.ts';
export { withConnectionOptions } from './connection-options.ts';
export { connect, connectLog, serviceFailure } from './service.ts';
