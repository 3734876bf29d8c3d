import { nothingSchema, pageQuerySchema, type Schema } from '@keywitness/api';

interface Nothing {
  readonly path: Schema<Readonly<Record<string, never>>>;
  readonly query: Schema<Readonly<Record<string, never>>>;
  readonly body: Schema<Readonly<Record<string, never>>>;
}

interface PageInput {
  readonly limit?: number;
  readonly cursor?: string;
}

interface Page {
  readonly path: Nothing['path'];
  readonly query: Schema<PageInput>;
  readonly body: Nothing['body'];
  readonly params: (input: PageInput) => Readonly<Record<string, unknown>>;
}

/** Of requests that say nothing but what they are. */
export const none: Nothing = { path: nothingSchema, query: nothingSchema, body: nothingSchema };

/** Of requests for a page of a list. */
export const page: Page = {
  ...none,
  query: pageQuerySchema,
  params: ({ limit, cursor }) => ({ limit, marker: cursor }),
};
