import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AuditEvent, canonicalJson, type Client } from '../audit/index.ts';
import { eventOf } from './event-builder.ts';
import { inCommon } from './refusal-kinds.ts';

const client: Client = {
  address: '192.0.2.1',
  certificate: {
    issuer: 'CN=clients',
    notAfter: '2040-01-02T03:04:05.000Z',
    sans: ['DNS:app.example'],
    serial: '01',
    sha256: 'a'.repeat(64),
    subject: 'CN=app',
  },
  port: 1234,
  proxies: ['10.0.0.1', '10.0.0.2'],
  tlsVersion: 'TLSv1.3',
  userAgent: 'agent',
};

function refusalFrom(sender: Client, justification?: string): AuditEvent {
  return eventOf({
    id: 'id',
    nowMs: 1_800_000_000_000,
    durationMs: 1,
    request: {
      requestId: 'request',
      client: sender,
      protocol: { front: 'aws', operation: 'Encrypt', service: 'kms' },
      startedMs: 0,
      justification,
    },
    action: 'request.unauthenticated',
    actor: { type: 'anonymous' },
    revision: 1,
    outcome: 'denied',
    error: { code: 'Denied', message: 'no' },
  });
}

test('attempts that share a record share the certificate, the proxies and the reason that all of them had', () => {
  const shared = inCommon(refusalFrom(client, 'ticket 1'), refusalFrom(structuredClone(client), 'ticket 1'));
  assert.deepEqual(shared.client, { ...client, certificateError: undefined });
  assert.equal(shared.justification, 'ticket 1');
  // In canonical order, so that encoding need not sort.
  assert.equal(canonicalJson(shared), JSON.stringify(shared));
});

test('what only some of them had is not in the record', () => {
  const other: Client = {
    ...client,
    certificate: undefined,
    certificateError: 'CERT_HAS_EXPIRED',
    proxies: ['10.0.0.2'],
  };
  const shared = inCommon(refusalFrom(client, 'ticket 1'), refusalFrom(other, 'ticket 2'));
  assert.equal(shared.client.certificate, undefined);
  assert.equal(shared.client.certificateError, undefined);
  assert.equal(shared.client.proxies, undefined);
  assert.equal(shared.justification, undefined);
});
