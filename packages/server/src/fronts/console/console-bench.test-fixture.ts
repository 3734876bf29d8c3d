import assert from 'node:assert/strict';
import { type ConsoleSession, consoleSessionSchema, readWith } from '@keywitness/api';
import { AwsClient } from 'aws4fetch';
import { type AuditEvent, parseEvent } from '../../core/audit/index.ts';
import type { Service } from '../../core/operations/index.ts';
import type { HttpAnswer, HttpRequest, Route } from '../http/index.ts';
import { type CookieRules, provingByCookie } from '../session-cookie/index.ts';
import { createSignatureVerifier, type SignatureVerifier } from '../sigv4/index.ts';
import type { ConsoleParts } from './console-parts.ts';
import { consoleRoutes } from './index.ts';

const REGIONS = ['us-east-1', 'eu-west-1'] as const;
const ORIGIN = 'https://kms.example';

/** Headers by name; a list stands for several of the name. */
export type BenchHeaders = Readonly<Record<string, string | readonly string[]>>;

/** A browser that has signed in. */
export interface SignedIn {
  /** What goes into `Cookie`. */
  readonly cookie: string;
  readonly session: ConsoleSession;
}

/** An access key. */
interface BenchCredential {
  readonly arn: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The admin front over a real service: its bench is handed in, as the fronts do not know one another. */
interface AdminSide {
  readonly service: Service;
  readonly routes: readonly Route[];
  administrator(): Promise<BenchCredential>;
  request(method: string, target: string): HttpRequest;
  entries(): readonly string[];
}

/** The other fronts. */
export interface OtherFronts<Admin extends AdminSide> {
  readonly admin: (verifySignature: (service: Service) => SignatureVerifier) => Admin;
  readonly aws: (service: Service, verifySignature: SignatureVerifier) => Route;
}

/** What a console bench can be made with. */
export interface ConsoleBenchOptions {
  readonly isSecure?: boolean;
  readonly files?: Readonly<Record<string, string>>;
  readonly more?: (service: Service) => Partial<ConsoleParts>;
}

/** The console, admin and AWS fronts over a real service, with real signatures. */
export class ConsoleBench<Admin extends AdminSide = AdminSide> {
  readonly admin: Admin;
  readonly administrator: BenchCredential;
  readonly #routes: readonly Route[];

  private constructor(admin: Admin, administrator: BenchCredential, routes: readonly Route[]) {
    this.admin = admin;
    this.administrator = administrator;
    this.#routes = routes;
  }

  static async start<Admin extends AdminSide>(
    others: OtherFronts<Admin>,
    options: ConsoleBenchOptions = {},
  ): Promise<ConsoleBench<Admin>> {
    const isSecure = options.isSecure ?? true;
    const byCookie = (of: Service, ...services: readonly string[]): SignatureVerifier =>
      provingByCookie(createSignatureVerifier({ ...rulesOf(of), services }), cookiesOf(of, isSecure));
    const admin = others.admin((of) => byCookie(of, 'keywitness'));
    const { service } = admin;
    const parts = {
      service,
      verifySignature: createSignatureVerifier({ ...rulesOf(service), services: ['keywitness'] }),
      cookies: cookiesOf(service, isSecure),
      files: filesOf(options.files ?? {}),
      ...options.more?.(service),
    };
    return new ConsoleBench(admin, await admin.administrator(), [
      ...consoleRoutes(parts),
      others.aws(service, byCookie(service, 'kms', 'iam', 'sts', 'cloudtrail')),
      ...admin.routes,
    ]);
  }

  /** Answers a request as the listener does. */
  async ask(
    method: string,
    target: string,
    headers: BenchHeaders = {},
    body: string = '',
    client: Partial<HttpRequest['attempt']> = {},
  ): Promise<HttpAnswer> {
    const path = target.split('?', 1)[0] ?? '';
    const route = this.#routes.find((candidate) => candidate.matches(method, path));
    assert.ok(route !== undefined, `no route takes ${method} ${target}`);
    const request = this.admin.request(method, target);
    const attempt = { ...request.attempt, protocol: route.protocol, ...client };
    const rawHeaders = Object.entries(headers).flatMap(([name, values]) =>
      (typeof values === 'string' ? [values] : values).flatMap((value) => [name, value]),
    );
    return route.handle({ method, target, rawHeaders, body: Buffer.from(body, 'utf8'), attempt });
  }

  /** The headers of a signed request, as a page's script makes them. */
  async signed(
    method: string,
    target: string,
    credential: Pick<BenchCredential, 'accessKeyId' | 'secretAccessKey'> = this.administrator,
    body: string = '',
  ): Promise<Readonly<Record<string, string>>> {
    const client = new AwsClient({ ...credential, service: 'keywitness', region: REGIONS[0] });
    const request = await client.sign(`${ORIGIN}${target}`, { method, ...(body === '' ? {} : { body }) });
    return { ...Object.fromEntries(request.headers), host: new URL(ORIGIN).host };
  }

  /** Signs in with an access key. */
  async signIn(
    credential: Pick<BenchCredential, 'accessKeyId' | 'secretAccessKey'> = this.administrator,
    headers: BenchHeaders = {},
  ): Promise<SignedIn> {
    const signed = await this.signed('POST', '/console/session', credential);
    const answer = await this.ask('POST', '/console/session', {
      ...signed,
      'sec-fetch-site': 'same-origin',
      ...headers,
    });
    assert.equal(answer.status, 201, textOf(answer));
    return { cookie: cookieOf(answer), session: sessionOf(answer) };
  }

  /** The headers that a page of the console sends, all of them or others in their place. */
  headersOf({ cookie, session }: SignedIn, others: BenchHeaders = {}): BenchHeaders {
    return {
      cookie,
      'sec-fetch-site': 'same-origin',
      'x-keywitness-csrf': session.csrfToken,
      ...others,
    };
  }

  lastEvent(): AuditEvent {
    const event = parseEvent(Buffer.from(this.admin.entries().at(-1) ?? '', 'utf8'));
    assert.ok(event !== undefined);
    return event;
  }

  get events(): number {
    return this.admin.entries().length;
  }
}

/** The text of an answer. */
export function textOf({ body }: HttpAnswer): string {
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString('utf8');
  throw new TypeError('the answer is a stream');
}

/** The code of a refusal, in whatever protocol. */
export function codeOf(answer: HttpAnswer): string | undefined {
  const [, json, xml] = /"(?:code|__type)":"(\w+)"|<Code>(\w+)<\/Code>/.exec(textOf(answer)) ?? [];
  return json ?? xml;
}

/** The session that an answer tells of. */
export function sessionOf(answer: HttpAnswer): ConsoleSession {
  const reading = readWith('the session', consoleSessionSchema, JSON.parse(textOf(answer)));
  if (reading.kind === 'malformed') throw new TypeError(reading.message);
  return reading.value;
}

/** The first cookie that an answer sets, as a browser sends it back. */
export function cookieOf({ cookies = [] }: HttpAnswer): string {
  return cookies[0]?.split(';', 1)[0] ?? '';
}

function rulesOf(service: Service): Omit<Parameters<typeof createSignatureVerifier>[0], 'services'> {
  return {
    region: REGIONS[0],
    regions: REGIONS,
    clockSkewMs: 300_000,
    nowMs: () => service.nowMs(),
    signatureKey: service.signatureKey.bind(service),
  };
}

function cookiesOf(service: Service, isSecure: boolean): CookieRules {
  return {
    isSecure,
    region: REGIONS[0],
    regions: REGIONS,
    sessionCaller: service.sessionCaller.bind(service),
  };
}

function filesOf(files: Readonly<Record<string, string>>): ConsoleParts['files'] {
  return {
    read: async (path) => {
      const text = Object.hasOwn(files, path) ? files[path] : undefined;
      return text === undefined ? undefined : Buffer.from(text, 'utf8');
    },
  };
}
