export type { ConnectionOptions } from './connection.ts';
export { withConnectionOptions } from './connection-options.ts';
export { connect, connectLog, findService, type FoundService, serviceFailure } from './service.ts';
