import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { clientPath, missing } from './python-clients.ts';
import { mustRun, shown, startTlsService } from './tls-service.ts';

const PERMISSIONS = ['kms:Encrypt', 'kms:Decrypt'];
const hex = (text: string): string => Buffer.from(text).toString('hex');

test(
  'Tink, unmodified, keeps keysets and data keys wrapped by the service',
  { skip: missing('python3') },
  async () => {
    await using service = await startTlsService(PERMISSIONS);
    const program = resolve('test/conformance/tink_client.py');
    const environment = { ...service.environment, AWS_CA_BUNDLE: service.caFile };
    const out = mustRun(clientPath('python3'), [program, service.keyArn], service.folder, environment);
    assert.deepEqual(JSON.parse(out), { refused: true });
    const events = await service.recorded();
    assert.deepEqual(
      events.map(({ context }, index) => [shown(events)[index], context?.['associatedData']]),
      [
        // The keyset, which Tink opens once to see that it can, and then the application.
        ['key.encrypt', hex('shop')],
        ['key.decrypt', hex('shop')],
        ['key.decrypt', hex('shop')],
        ['key.decrypt InvalidCiphertext', hex('other')],
        // Three files, each with a data key of its own.
        ...Array.from({ length: 3 }, () => ['key.encrypt', undefined]),
        ...Array.from({ length: 3 }, () => ['key.decrypt', undefined]),
      ],
    );
  },
);
