import * as v from 'valibot';
import type { Schema } from './reading.ts';

/** An error as the service answers it. */
export interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string; readonly requestId: string };
}

export const errorBodySchema: Schema<ErrorBody> = v.object({
  error: v.object({ code: v.string(), message: v.string(), requestId: v.string() }),
});
