export type { AwsSettings, ConnectionOptions } from './connection.ts';
export { withConnectionOptions } from './connection-options.ts';
export {
  connect,
  connectLog,
  findCaller,
  findService,
  type FoundService,
  readAwsSettings,
  serviceFailure,
} from './service.ts';
