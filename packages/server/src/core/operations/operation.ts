import type { Actor, EventOutcome } from '../audit/index.ts';
import type { Attempt } from './attempt.ts';
import type { OperationError } from './errors.ts';
import type { Params, Result } from './params.ts';

/**
 * One operation. `run` decides: it looks at the state through `attempt.view`, asks policy through
 * `attempt.authorize`, declares effects with `attempt.write`, describes itself in `attempt.note`, and returns the
 * result that is to be released once the event is durable. It touches nothing else: no clock, no I/O.
 */
export interface Operation {
  /** The operation's name in the API that defines it, for example `Decrypt`. */
  readonly name: string;
  /** Our name for the act in the record, for example `key.decrypt`. */
  readonly action: string;
  /** Whoever shows a token of an identity provider, and nothing else, may ask for this operation, and for no other. */
  readonly takesWebIdentity?: true;
  /** @throws OperationError to refuse. */
  run(attempt: Attempt, params: Params): Result;
}

/** Where an attempt was recorded. */
export interface Recorded {
  readonly eventId: string;
  /** The index of its event in the log. */
  readonly index: number;
}

/** How {@link Service.perform} ended. Both ways the event is durable. */
export type Performed =
  | ({ readonly kind: 'released'; readonly result: Result } & Recorded)
  | ({ readonly kind: 'refused'; readonly error: OperationError } & Recorded);

/** A refusal that a front decided itself: the request never became an operation. */
export interface FrontRefusal {
  readonly outcome: Exclude<EventOutcome, 'success'>;
  /** `request.malformed`, `request.unauthenticated`, `request.unknown`, `request.oversize`, … */
  readonly action: string;
  /** The error as the protocol answers it. */
  readonly code: string;
  readonly message: string;
  /** Who it claims, or is proven, to be; anonymous when absent. */
  readonly actor?: Actor;
}
