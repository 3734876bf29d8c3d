import { signedRequest } from '../../bench/sign-requests.ts';
import type { AccessKey } from '../running-server.ts';
import { type Answer, Connection } from './connection.ts';

/** An answered operation of KMS. */
export interface KmsAnswer {
  readonly operation: string;
  readonly status: number;
  /** The members of the answer; of an error, `__type` among them. */
  readonly members: Readonly<Record<string, unknown>>;
  /** Where the attempt is on the record, as answered; absent when it could not be recorded. */
  readonly recorded: { readonly eventId: string; readonly index: number } | undefined;
}

/** Calls KMS over one connection, signed, and keeps what the server says of the record. */
export class KmsClient {
  readonly #connection: Connection;
  readonly #accessKey: AccessKey;
  readonly #host: string;

  constructor(port: number, accessKey: AccessKey) {
    this.#connection = new Connection(port);
    this.#accessKey = accessKey;
    this.#host = `127.0.0.1:${port}`;
  }

  /** Rejects when the connection breaks before the answer is there. */
  async call(operation: string, members: object = {}): Promise<KmsAnswer> {
    const signer = { ...this.#accessKey, region: 'us-east-1', host: this.#host };
    const request = signedRequest(signer, operation, JSON.stringify(members), new Date());
    const answer = await this.#connection.exchange(request);
    return {
      operation,
      status: answer.status,
      members: membersOf(answer.body),
      recorded: recordedOf(answer),
    };
  }

  /** The result of an operation that must succeed. */
  async result(operation: string, members: object = {}): Promise<Readonly<Record<string, unknown>>> {
    const answer = await this.call(operation, members);
    if (answer.status === 200) return answer.members;
    throw new Error(`\`${operation}\` was answered ${answer.status} ${JSON.stringify(answer.members)}`);
  }

  close(): void {
    this.#connection.close();
  }
}

function recordedOf({ headers }: Answer): KmsAnswer['recorded'] {
  const eventId = headers.get('x-keywitness-event-id');
  const index = headers.get('x-keywitness-log-index');
  return eventId === undefined || index === undefined ? undefined : { eventId, index: Number(index) };
}

function membersOf(body: string): Readonly<Record<string, unknown>> {
  const value: unknown = body === '' ? {} : JSON.parse(body);
  if (!isRecord(value)) throw new TypeError('the answer is no JSON object');
  return value;
}

/** Whether a value is an object with named members. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
