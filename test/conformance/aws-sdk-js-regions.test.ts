import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import {
  AlreadyExistsException,
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GetKeyLastUsageCommand,
  GetKeyPolicyCommand,
  KMSClient,
  ListAliasesCommand,
  NotFoundException,
  ReplicateKeyCommand,
  ScheduleKeyDeletionCommand,
  UnsupportedOperationException,
  UpdatePrimaryRegionCommand,
} from '@aws-sdk/client-kms';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type AccessKey, type RunningServer, startServer, temporaryFolder } from '../running-server.ts';

const HOME = 'eu-central-1';
const OTHER = 'eu-west-1';
interface ClientOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: AccessKey;
  readonly maxAttempts: number;
}

const Plaintext = Buffer.from('the order of customer 4711');

suite('the AWS SDK for JavaScript, unmodified, in two regions of one server', () => {
  const folder = temporaryFolder();
  let server: RunningServer;
  let options: (region: string) => ClientOptions;
  let home: KMSClient;
  let other: KMSClient;

  before(async () => {
    server = await startServer(folder.path, ['--regions', `${HOME},${OTHER}`]);
    const credentials = server.administrator;
    assert.ok(credentials !== undefined);
    options = (region) => ({ endpoint: server.endpoint, region, credentials, maxAttempts: 1 });
    home = new KMSClient(options(HOME));
    other = new KMSClient(options(OTHER));
  });

  after(async () => {
    home.destroy();
    other.destroy();
    await server.stop();
    await folder[Symbol.asyncDispose]();
  });

  async function replicated(): Promise<{
    readonly KeyId: string;
    readonly arnIn: (region: string) => string;
  }> {
    const { KeyMetadata } = await home.send(new CreateKeyCommand({ MultiRegion: true }));
    const KeyId = KeyMetadata?.KeyId ?? '';
    await home.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: OTHER }));
    return { KeyId, arnIn: (region) => `arn:aws:kms:${region}:${server.account}:key/${KeyId}` };
  }

  test('a key is replicated, and its ciphertexts open in both', async () => {
    const { KeyMetadata } = await home.send(
      new CreateKeyCommand({ MultiRegion: true, Description: 'primary' }),
    );
    const KeyId = KeyMetadata?.KeyId ?? '';
    assert.match(KeyId, /^mrk-[0-9a-f]{32}$/);
    const answer = await home.send(
      new ReplicateKeyCommand({
        KeyId,
        ReplicaRegion: OTHER,
        Description: 'replica',
        Tags: [{ TagKey: 'team', TagValue: 'a' }],
      }),
    );
    const { Policy } = await other.send(new GetKeyPolicyCommand({ KeyId }));
    assert.equal(answer.ReplicaPolicy, Policy);
    assert.deepEqual(answer.ReplicaTags, [{ TagKey: 'team', TagValue: 'a' }]);
    const described = await other.send(new DescribeKeyCommand({ KeyId }));
    assert.deepEqual(described.KeyMetadata, answer.ReplicaKeyMetadata);
    assert.equal(described.KeyMetadata?.Description, 'replica');
    assert.deepEqual(described.KeyMetadata?.MultiRegionConfiguration, {
      MultiRegionKeyType: 'REPLICA',
      PrimaryKey: { Arn: KeyMetadata?.Arn, Region: HOME },
      ReplicaKeys: [{ Arn: described.KeyMetadata?.Arn, Region: OTHER }],
    });
    const { CiphertextBlob } = await other.send(new EncryptCommand({ KeyId, Plaintext }));
    const opened = await home.send(new DecryptCommand({ CiphertextBlob }));
    assert.deepEqual(Buffer.from(opened.Plaintext ?? []), Plaintext);
    assert.equal(opened.KeyId, KeyMetadata?.Arn);
  });

  test('what AWS refuses is refused with its exceptions', async () => {
    const { KeyId, arnIn } = await replicated();
    const again = new ReplicateKeyCommand({ KeyId, ReplicaRegion: OTHER });
    await assert.rejects(home.send(again), AlreadyExistsException);
    await assert.rejects(other.send(again), (error) => {
      assert.ok(error instanceof UnsupportedOperationException);
      assert.equal(error.message, `${arnIn(OTHER)} is not a multi-region primary key.`);
      return true;
    });
    await assert.rejects(home.send(new DescribeKeyCommand({ KeyId: arnIn(OTHER) })), NotFoundException);
    const client = new KMSClient(options('us-west-2'));
    await assert.rejects(client.send(new DescribeKeyCommand({ KeyId })), {
      name: 'InvalidSignatureException',
    });
    client.destroy();
  });

  test('aliases are of one region, and so is the primary key, which can change', async () => {
    const { KeyId, arnIn } = await replicated();
    await other.send(new CreateAliasCommand({ AliasName: 'alias/there', TargetKeyId: KeyId }));
    const [there, here] = await Promise.all(
      [other, home].map((client) => client.send(new ListAliasesCommand({ KeyId }))),
    );
    assert.deepEqual(
      there?.Aliases?.map(({ AliasArn }) => AliasArn),
      [`arn:aws:kms:${OTHER}:${server.account}:alias/there`],
    );
    assert.deepEqual(here?.Aliases, []);
    await home.send(new UpdatePrimaryRegionCommand({ KeyId, PrimaryRegion: OTHER }));
    const { KeyMetadata } = await home.send(new DescribeKeyCommand({ KeyId }));
    assert.deepEqual(KeyMetadata?.MultiRegionConfiguration, {
      MultiRegionKeyType: 'REPLICA',
      PrimaryKey: { Arn: arnIn(OTHER), Region: OTHER },
      ReplicaKeys: [{ Arn: arnIn(HOME), Region: HOME }],
    });
    const scheduled = await other.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    assert.equal(scheduled.KeyState, 'PendingReplicaDeletion');
    assert.equal(scheduled.DeletionDate, undefined);
  });

  test('the last use of a key is that of its own region, exactly', async () => {
    const { KeyId } = await replicated();
    const used = await other.send(new EncryptCommand({ KeyId, Plaintext }));
    const there = await other.send(new GetKeyLastUsageCommand({ KeyId }));
    assert.equal(there.KeyId, KeyId);
    assert.equal(there.KeyLastUsage?.Operation, 'Encrypt');
    assert.equal(there.KeyLastUsage?.KmsRequestId, used.$metadata.requestId);
    assert.match(there.KeyLastUsage?.CloudTrailEventId ?? '', /^[0-9a-f-]{36}$/);
    const here = await home.send(new GetKeyLastUsageCommand({ KeyId }));
    assert.deepEqual(here.KeyLastUsage, {});
    assert.deepEqual(here.TrackingStartDate, here.KeyCreationDate);
  });

  test('STS answers in every region', async () => {
    for (const region of [HOME, OTHER]) {
      const sts = new STSClient(options(region));
      const identity = await sts.send(new GetCallerIdentityCommand({}));
      assert.equal(identity.Account, server.account);
      sts.destroy();
    }
  });
});
