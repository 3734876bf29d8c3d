import { type ApiClient, cookieTransport, createApiClientOver } from '@keywitness/api';
import { type Context, createContext, useContext } from 'react';
import { type IamCaller, iamCaller } from './iam-caller.ts';
import { type KmsCaller, kmsCaller } from './kms-caller.ts';

/** The service as the person who is signed in reaches it. */
export interface Connection {
  /** The admin and audit API. Every call rejects with `ApiError`. */
  readonly client: ApiClient;
  /** The operations of AWS KMS. Every call rejects with `ApiError`. */
  readonly kms: KmsCaller;
  /** What IAM knows and the admin API does not: roles, managed policies, groups. Every call rejects with `ApiError`. */
  readonly iam: IamCaller;
}

/** Connects to the service that this page came from. `onSignedOut` is told when an answer says that nobody is signed in. */
export function connect(csrfToken: string, onSignedOut: () => void): Connection {
  const watched: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (response.status === 401) onSignedOut();
    return response;
  };
  const options = { endpoint: location.origin, csrfToken: () => csrfToken, fetch: watched };
  return {
    client: createApiClientOver(cookieTransport(options)),
    kms: kmsCaller(options),
    iam: iamCaller(options),
  };
}

/** Where pages find the connection; there is one below the session's provider. */
export const ConnectionContext: Context<Connection | undefined> = createContext<Connection | undefined>(
  undefined,
);

/** The connection of whoever is signed in. For what is shown to them only. */
export function useConnection(): Connection {
  const connection = useContext(ConnectionContext);
  if (connection === undefined) throw new TypeError('this is shown only to somebody who is signed in');
  return connection;
}
