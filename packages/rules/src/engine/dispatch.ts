import { decideEarly, isOwnAct } from '../detection/index.ts';
import type { JsonObject } from '../event.ts';
import { EventView, isJsonObject } from '../fields/index.ts';
import type { RuleNode } from './node.ts';

/** Kinds of events that are remembered; beyond it all are forgotten, since some names are the client's own. */
const kindsMax = 4096;

/**
 * Finds the detections that an event can match by its action, outcome and operation alone. What is found for one such kind of
 * event is remembered, so that most rules cost most events nothing.
 */
export class Dispatch {
  readonly #nodes: readonly RuleNode[];
  readonly #kinds = new Map<string, Map<string, Map<string, readonly RuleNode[]>>>();
  #size = 0;

  constructor(nodes: readonly RuleNode[]) {
    this.#nodes = nodes;
  }

  /** In the order of the nodes. */
  candidates(canonical: JsonObject): readonly RuleNode[] {
    const action = textOf(canonical['action']);
    const outcome = textOf(canonical['outcome']);
    const protocol = canonical['protocol'];
    const operation = isJsonObject(protocol) ? textOf(protocol['operation']) : '';
    return this.#kinds.get(action)?.get(operation)?.get(outcome) ?? this.#find(action, operation, outcome);
  }

  #find(action: string, operation: string, outcome: string): readonly RuleNode[] {
    if (this.#size === kindsMax) {
      this.#kinds.clear();
      this.#size = 0;
    }
    const view = new EventView({
      index: 0,
      id: '',
      timeMs: 0,
      count: 1,
      canonical: { action, outcome, protocol: { operation } },
      cloudTrail: () => ({ eventName: operation }),
    });
    const isOwn = isOwnAct(action);
    const found = this.#nodes.filter(
      ({ document }) =>
        document.kind === 'detection' &&
        (!isOwn || document.seesOwnActs) &&
        decideEarly(document.expression, view) !== false,
    );
    const operations = getOrMake(this.#kinds, action);
    getOrMake(operations, operation).set(outcome, found);
    this.#size += 1;
    return found;
  }
}

function getOrMake<Inner>(map: Map<string, Map<string, Inner>>, key: string): Map<string, Inner> {
  let inner = map.get(key);
  if (inner === undefined) {
    inner = new Map<string, Inner>();
    map.set(key, inner);
  }
  return inner;
}

function textOf(value: JsonObject[string]): string {
  return typeof value === 'string' ? value : '';
}
