import { type JsonObject, ruleEvent, type RuleEvent } from '@keywitness/rules';
import { cloudTrailRecord, parseEvent, type TrailPlace } from '../../core/audit/index.ts';

/** An entry of the log as rules see it; `undefined` when it is no event. */
export function ruleEventOf(entry: Uint8Array, index: number, place: TrailPlace): RuleEvent | undefined {
  const event = parseEvent(entry);
  if (event === undefined) return undefined;
  return ruleEvent(index, plain(event), () => plain(cloudTrailRecord(event, place)));
}

/** Both were, or become, JSON: they hold nothing else. */
function plain(value: object): JsonObject {
  if (isJson(value)) return value;
  throw new TypeError('an event is a JSON object');
}

function isJson(value: object): value is JsonObject {
  return !Array.isArray(value);
}
