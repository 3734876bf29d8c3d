import { createRequire } from 'node:module';
import type * as adaptiveCards from 'adaptivecards';

type Library = typeof adaptiveCards;

/** What the library of Adaptive Cards has to say against a card of version 1.5; nothing when it is one. */
export function cardComplaints(card: unknown): readonly string[] {
  // Its modules name one another in a way that Node does not follow; its bundle is one file.
  const library: unknown = createRequire(import.meta.url)('adaptivecards/dist/adaptivecards.js');
  if (!isLibrary(library)) throw new TypeError('the library of Adaptive Cards is another one');
  const context = new library.SerializationContext(library.Versions.v1_5);
  const parsed = new library.AdaptiveCard();
  parsed.parse(card, context);
  const events = [
    ...Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index)),
    ...parsed.validateProperties().validationEvents,
  ];
  return events.map(({ message }) => message);
}

function isLibrary(value: unknown): value is Library {
  return (
    typeof value === 'object' && value !== null && 'AdaptiveCard' in value && 'SerializationContext' in value
  );
}
