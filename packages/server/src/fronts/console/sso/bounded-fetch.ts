/** How much an issuer may answer, and how long it may take for that. */
export interface FetchLimits {
  readonly answerBytesMax: number;
  readonly answerMsMax: number;
}

const REASON = 'the answer is too long';
/** Answers that have no body at all. */
const BODILESS: ReadonlySet<number> = new Set([101, 204, 205, 304]);

/** A request to an issuer. */
export interface IssuerRequest {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: URLSearchParams | undefined;
}

/** Makes `fetch` take no more of an answer, and wait no longer for it, than is allowed, and follow nobody. */
export function boundedFetch(
  send: typeof fetch,
  { answerBytesMax, answerMsMax }: FetchLimits,
): (url: string, request: IssuerRequest) => Promise<Response> {
  return async (url, { body, headers: sent, method }) => {
    const response = await send(url, {
      method,
      headers: sent,
      ...(body === undefined ? {} : { body }),
      redirect: 'manual',
      signal: AbortSignal.timeout(answerMsMax),
    });
    const { headers, status } = response;
    if (BODILESS.has(status)) return response;
    const pieces: Uint8Array[] = [];
    let length = 0;
    const reader = response.body?.getReader();
    for (;;) {
      const piece: { readonly value?: Uint8Array } | undefined = await reader?.read();
      if (piece?.value === undefined) return new Response(Buffer.concat(pieces), { headers, status });
      length += piece.value.length;
      pieces.push(piece.value);
      if (length <= answerBytesMax) continue;
      await reader?.cancel();
      throw new TypeError(REASON);
    }
  };
}
