import { newRandomUuid } from '../../core/audit/index.ts';
import type { Entropy } from '../../core/crypto/index.ts';
import { ownActs, Params, type Replica, type Service } from '../../core/operations/index.ts';
import type { Channel, Methods } from './channel.ts';

/** How an act of the service itself ended; either way it is on the record. */
export type ActOutcome =
  /** Without a result when it was done already: then nothing was recorded. */
  | { readonly kind: 'released'; readonly result: Readonly<Record<string, unknown>> }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

/** Asks for an act of the service itself, by the operation's name. @throws when it could not be recorded */
export type Act = (operation: string, params: Readonly<Record<string, unknown>>) => Promise<ActOutcome>;

/** An act on its way from the thread that wants it. */
interface WantedAct {
  readonly operation: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Performs acts of the service itself, on the same road as every request. */
export function performActs(service: Service, replica: Replica, entropy: Entropy): Act {
  return async (name, values) => {
    const own = ownActs.get(name);
    if (own === undefined) throw new TypeError(`\`${name}\` is no act of the service`);
    const params = new Params(values);
    if (own.isNeeded?.(params, replica, service.nowMs()) === false) return { kind: 'released', result: {} };
    const attempt = {
      requestId: newRandomUuid(entropy),
      client: { address: 'internal' },
      protocol: { front: 'internal' as const, service: 'keywitness', operation: name },
      startedMs: performance.now(),
    };
    const performed = await service.perform(own.operation, attempt, own.caller, params);
    if (performed.kind === 'released') return { kind: 'released', result: performed.result };
    const { code, message } = performed.error;
    return { kind: 'refused', code, message };
  };
}

/** What a front thread answers to the thread that wants acts. */
export function actMethods(act: Act): Methods {
  return {
    act(argument) {
      if (!isWantedAct(argument)) throw new TypeError('an act has a name and parameters');
      return act(argument.operation, argument.params);
    },
  };
}

/** The other end of {@link actMethods}. */
export function actClient(channel: Channel): Act {
  return async (operation, params) => {
    const wanted: WantedAct = { operation, params };
    const outcome = await channel.call('act', wanted);
    if (isOutcome(outcome)) return outcome;
    throw new TypeError('the other thread gave no outcome');
  };
}

function isWantedAct(value: unknown): value is WantedAct {
  return typeof value === 'object' && value !== null && 'operation' in value && 'params' in value;
}

function isOutcome(value: unknown): value is ActOutcome {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
