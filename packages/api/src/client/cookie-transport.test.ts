import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError, cookieTransport, createApiClientOver } from './index.ts';

interface Sent {
  readonly url: string;
  readonly init: RequestInit;
}

/** A service that answers the same to everything, and what it was sent. */
function serviceThat(answer: () => Response): { readonly sent: Sent[]; readonly fetch: typeof fetch } {
  const sent: Sent[] = [];
  return {
    sent,
    fetch: async (input, init = {}) => {
      sent.push({ url: input instanceof Request ? input.url : String(input), init });
      return answer();
    },
  };
}

function headersOf({ init }: Sent): Readonly<Record<string, string>> {
  return Object.fromEntries(new Headers(init.headers));
}

const endpoint = 'https://kms.example.com';

test('a page asks with its cookie and no signature, and shows its token where something may change', async () => {
  const service = serviceThat(() => new Response('{"principals":[]}'));
  const client = createApiClientOver(
    cookieTransport({ endpoint, csrfToken: () => 'token', fetch: service.fetch }),
  );
  await client.listPrincipalsPage({ limit: 2 });
  await assert.rejects(client.createPrincipal({ name: 'ann', type: 'user' }));
  const [read, change] = service.sent;
  assert.ok(read !== undefined && change !== undefined);
  assert.equal(read.url, 'https://kms.example.com/v1/principals?limit=2');
  assert.deepEqual(headersOf(read), {});
  assert.deepEqual(headersOf(change), { 'content-type': 'application/json', 'x-keywitness-csrf': 'token' });
  for (const { init } of service.sent) {
    assert.deepEqual([init.credentials, init.redirect], ['same-origin', 'error']);
  }
});

test('refusals and a service that is not there are told like those of a client that signs', async () => {
  const refusal = { error: { code: 'CrossSiteRequest', message: 'no', requestId: 'r' } };
  const refusing = serviceThat(() => new Response(JSON.stringify(refusal), { status: 403 }));
  const gone = serviceThat(() => {
    throw new TypeError('failed to fetch');
  });
  for (const [service, code] of [
    [refusing, 'CrossSiteRequest'],
    [gone, 'Unreachable'],
  ] as const) {
    const transport = cookieTransport({ endpoint, csrfToken: () => undefined, fetch: service.fetch });
    await assert.rejects(createApiClientOver(transport).listPrincipalsPage({}), (error) => {
      assert.ok(error instanceof ApiError);
      assert.equal(error.code, code);
      return true;
    });
  }
});
