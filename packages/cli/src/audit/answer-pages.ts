import { type AnswerQuery, type ApiClient, collectPages } from '@keywitness/api';
import { nodeCrypto } from '@keywitness/log/node';
import { failedProof } from './failed-proof.ts';

/**
 * The whole answer to a query as text, in pages where it is large (`spec/completeness.md`, "Pages").
 *
 * @throws Failure when the service answers with no proof, or with more than a file can hold
 */
export async function wholeAnswer(query: AnswerQuery, client: ApiClient): Promise<string> {
  const ask = (page: AnswerQuery): Promise<string> => client.getAnswer(page);
  const first = await ask({ ...query, paged: true });
  try {
    return await collectPages(query, { first, ask, logFetch: client.logFetch, hasher: nodeCrypto });
  } catch (error) {
    throw failedProof(error);
  }
}
