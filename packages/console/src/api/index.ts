export { type Advice, adviceFor } from './advice.ts';
export { connect, type Connection, ConnectionContext, useConnection } from './connection.ts';
export { readSession, readSignIn, signIn, signOut, singleSignOnAddress } from './console-session.ts';
export type { IamCaller } from './iam-caller.ts';
export type { KmsCaller, Wire } from './kms-caller.ts';
export { type Action, useAction } from './use-action.ts';
export { type ApiKey, type ApiState, useApi } from './use-api.ts';
export { type PagesState, usePages } from './use-pages.ts';
export { type StreamStatus, useStream } from './use-stream.ts';
