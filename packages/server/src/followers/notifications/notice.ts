import type { FormerChannel, IncidentRecord } from '../../core/operations/index.ts';

/** What a message is about: acts on incidents by the end of their action, a test, or what became of the channel itself. */
export type NoticeKind = 'open' | 'grow' | 'reopen' | 'acknowledge' | 'resolve' | 'test' | 'former';

/** One thing to tell, before it is put in words for a receiver. */
export interface Notice {
  /** Names the message, the same at every attempt: the event's id. */
  readonly id: string;
  readonly kind: NoticeKind;
  readonly channelName: string;
  /** The service that tells. */
  readonly origin: string;
  /** Of what is told, milliseconds since the epoch. */
  readonly atMs: number;
  /** ARN of whoever did it, when it was a person. */
  readonly by?: string | undefined;
  readonly incident?: IncidentRecord | undefined;
  readonly former?: FormerChannel | undefined;
  /** Where the incident is shown. */
  readonly link?: string | undefined;
}

/** What goes out at once: one notice, or several that had to wait. */
export type Message =
  | { readonly kind: 'single'; readonly notice: Notice }
  | { readonly kind: 'digest'; readonly notices: readonly Notice[] };
