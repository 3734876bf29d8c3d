import type { ConsequencesQuery } from '../schemas/index.ts';

/** The query of a question about consequences. */
export function daysTexts(query: ConsequencesQuery | undefined): Readonly<Record<string, string>> {
  return query?.days === undefined ? {} : { days: String(query.days) };
}
