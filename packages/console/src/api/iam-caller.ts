import { ApiError, type CallOptions, sendOrExplain } from '@keywitness/api';
import { readXml, type XmlElement, xmlAt, xmlText } from '../formats/index.ts';
import { timeLimit } from './time-limit.ts';

/** What pages read by the API of IAM; the admin API has the rest. */
export type IamOperation =
  | 'GetRole'
  | 'GetRolePolicy'
  | 'ListAttachedRolePolicies'
  | 'ListAttachedUserPolicies'
  | 'ListGroupsForUser'
  | 'ListRolePolicies'
  | 'ListRoles';

/**
 * Calls an operation of AWS IAM, and answers its result, such as `ListRolesResult`. Rejects with `ApiError`, whose code is
 * IAM's own, such as `AccessDenied`.
 */
export type IamCaller = (
  name: IamOperation,
  parameters: Readonly<Record<string, string>>,
  options?: CallOptions,
) => Promise<XmlElement>;

interface IamCallerOptions {
  readonly endpoint: string;
  readonly csrfToken: () => string | undefined;
  readonly fetch: typeof fetch;
}

const iamVersion = '2010-05-08';

/** Calls AWS IAM (the query protocol) by the session's cookie. */
export function iamCaller({ endpoint, csrfToken, fetch: send }: IamCallerOptions): IamCaller {
  return async (name, parameters, options) => {
    const response = await sendOrExplain(send, endpoint, `${endpoint}/`, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'x-keywitness-csrf': csrfToken() ?? '' },
      body: new URLSearchParams({ Action: name, Version: iamVersion, ...parameters }),
      signal: timeLimit(options?.signal),
    });
    const document = readAnswer(await response.text());
    const result = xmlAt(document, `${name}Result`);
    if (response.ok && result !== undefined) return result;
    throw errorOf(response, document);
  };
}

function readAnswer(text: string): XmlElement | undefined {
  try {
    return readXml(text);
  } catch {
    return undefined;
  }
}

function errorOf(response: Response, document: XmlElement | undefined): ApiError {
  const requestId = xmlText(document, 'RequestId');
  const eventId = response.headers.get('x-keywitness-event-id');
  return new ApiError(
    xmlText(document, 'Error', 'Code') ?? 'UnexpectedAnswer',
    xmlText(document, 'Error', 'Message') ?? `the service answered with status \`${response.status}\``,
    {
      status: response.status,
      ...(requestId === undefined ? {} : { requestId }),
      ...(eventId === null ? {} : { eventId }),
    },
  );
}
