import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

/** Makes a key with whatever credentials the SDK finds by itself, and prints who that was. */
const kms = new KMSClient({ maxAttempts: 1 });
const sts = new STSClient({ maxAttempts: 1 });
await kms.send(new CreateKeyCommand({}));
const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
process.stdout.write(`${Arn ?? ''}\n`);
kms.destroy();
sts.destroy();
