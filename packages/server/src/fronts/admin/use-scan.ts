import { type AuditEvent, type AuditIndex, isKeyUse, parseEvent } from '../../core/audit/index.ts';
import { usedBy } from '../../core/operations/index.ts';

/** Events of one page, and pages that are looked at: a question about a busy key is not one about all of its events. */
const PAGE_EVENTS = 1000;
const PAGES_MAX = 20;
/** Different assets that are told apart; more are counted no further. */
const ASSETS_MAX = 100_000;

/** How often something was used, and when last. */
interface Tally {
  count: number;
  /** RFC 3339. */
  lastAt: string;
}

/** Uses of keys by principals, among the newest events of one or the other. */
export interface UseScan {
  readonly uses: number;
  /** By ARN; sessions count for their role. */
  readonly byPrincipal: ReadonlyMap<string, Readonly<Tally>>;
  /** By ARN. */
  readonly byKey: ReadonlyMap<string, Readonly<Tally>>;
  readonly assetCount: number;
  /** Whether all events since the instant were looked at. */
  readonly isComplete: boolean;
}

/** Counts the successful uses since an instant (milliseconds since the epoch) of a key, or by a principal, by its ARN. */
export async function scanUses(
  index: AuditIndex,
  subject: { readonly key: string } | { readonly principal: string },
  fromMs: number,
): Promise<UseScan> {
  const tallies = new Tallies();
  let beyond: number | undefined;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page = await index.query({
      ...subject,
      fromMs,
      outcome: 'success',
      ...(beyond === undefined ? {} : { beyond }),
      order: 'newest',
      limit: PAGE_EVENTS,
    });
    for (const { entry } of page.entries) {
      const event = parseEvent(entry);
      if (event !== undefined && isKeyUse(event.action)) tallies.add(event);
    }
    beyond = page.next;
    if (beyond === undefined) return tallies.scan(true);
  }
  return tallies.scan(false);
}

class Tallies {
  #uses = 0;
  readonly #byPrincipal = new Map<string, Tally>();
  readonly #byKey = new Map<string, Tally>();
  readonly #assets = new Set<string>();

  /** Events come newest first. */
  add({ actor, context, key, sourceContext, sourceKey, time }: AuditEvent): void {
    this.#uses += 1;
    if (actor.arn !== undefined) count(this.#byPrincipal, usedBy(actor.arn), time);
    for (const arn of new Set([key?.arn, sourceKey?.arn])) {
      if (arn !== undefined) count(this.#byKey, arn, time);
    }
    for (const pair of [...Object.entries(context ?? {}), ...Object.entries(sourceContext ?? {})]) {
      if (this.#assets.size < ASSETS_MAX) this.#assets.add(pair.join('='));
    }
  }

  scan(isComplete: boolean): UseScan {
    return {
      uses: this.#uses,
      byPrincipal: this.#byPrincipal,
      byKey: this.#byKey,
      assetCount: this.#assets.size,
      isComplete,
    };
  }
}

function count(tallies: Map<string, Tally>, name: string, time: string): void {
  const known = tallies.get(name);
  if (known === undefined) tallies.set(name, { count: 1, lastAt: time });
  else known.count += 1;
}
