import {
  type AccessRequest,
  type ApplicablePolicies,
  type CompiledPolicy,
  compilePolicy,
  judge,
  parsePolicy,
  type PolicyKind,
} from '../packages/server/src/core/policy/index.ts';

const ACCOUNT = '111122223333';
const SIZES = [10, 1_000, 100_000] as const;
const ROUNDS = 5;
const JUDGED_A_ROUND = 200_000;
/** Of so many requests the time is taken together: a clock is too coarse for one. */
const BATCH = 20;
/** Callers that are active at a time: as many as the smallest deployment has. */
const ACTIVE = 2;
/** A prime: from one caller to the next. */
const STRIDE = 7919;

/** Judging one request while the deployment has more and more policies, of which the caller's few apply. */
export interface JudgeFigures {
  readonly sizes: readonly JudgeTimes[];
  /** With the most policies / with the fewest: the median for a few callers. */
  readonly growthRatio: number;
  /** The worst of all medians. */
  readonly p50Us: number;
}

interface JudgeTimes {
  readonly policies: number;
  /** A few callers again and again, whose policies are in the processor's caches. */
  readonly activeP50Us: number;
  /** All callers in no order: with many of them, what applies to one comes from memory. */
  readonly scatteredP50Us: number;
}

/** A user, a key, and the policies that apply to what the one asks of the other. */
interface Case {
  readonly arn: string;
  readonly resource: string;
  readonly applicable: ApplicablePolicies;
}

/** Deployments of each size are judged in turns, so that what else the machine does meets all of them. */
export function measureJudge(): JudgeFigures {
  const deployments = SIZES.map((policies) => ({
    policies,
    cases: deploy(policies),
    active: new Array<number>(),
    scattered: new Array<number>(),
  }));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { cases, active, scattered } of deployments) {
      const found = [judgeInBatches(cases.slice(-ACTIVE)), judgeInBatches(cases)] as const;
      // The first round is for the compiler.
      if (round === 0) continue;
      active.push(...found[0]);
      scattered.push(...found[1]);
    }
  }
  const sizes = deployments.map(({ policies, active, scattered }) => ({
    policies,
    activeP50Us: median(active),
    scatteredP50Us: median(scattered),
  }));
  const medians = sizes.flatMap(({ activeP50Us, scatteredP50Us }) => [activeP50Us, scatteredP50Us]);
  const growthRatio = (sizes.at(-1)?.activeP50Us ?? 0) / (sizes[0]?.activeP50Us ?? 1);
  return { sizes, growthRatio, p50Us: Math.max(...medians) };
}

/** Every fourth policy is a key's, and each user has three, one of them a boundary. */
function deploy(policies: number): readonly Case[] {
  const owners = Math.max(1, Math.floor(policies / 4));
  const guardrail = compile('identity', [{ Effect: 'Allow', Action: '*', Resource: '*' }]);
  return Array.from({ length: owners }, (_, index) => {
    const arn = `arn:aws:iam::${ACCOUNT}:user/user-${index}`;
    const resource = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/${String(index).padStart(8, '0')}-90ab-4cde`;
    const applicable: ApplicablePolicies = {
      identity: identityPolicies(resource),
      resource: keyPolicy(),
      boundary: compile('identity', [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }]),
      organization: [[guardrail]],
    };
    return { arn, resource, applicable };
  });
}

function identityPolicies(resource: string): readonly CompiledPolicy[] {
  const context = { StringEquals: { 'kms:EncryptionContext:tenant': '4711' } };
  return [
    compile('identity', [
      { Effect: 'Allow', Action: ['kms:ListKeys', 'kms:ListAliases'], Resource: '*' },
      {
        Effect: 'Deny',
        Action: 'kms:*',
        Resource: '*',
        Condition: { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
      },
    ]),
    compile('identity', [
      { Effect: 'Allow', Action: ['kms:Encrypt', 'kms:Decrypt'], Resource: resource, Condition: context },
    ]),
  ];
}

function keyPolicy(): CompiledPolicy {
  const root = `arn:aws:iam::${ACCOUNT}:root`;
  const administrator = `arn:aws:iam::${ACCOUNT}:role/administrator`;
  return compile('key', [
    { Effect: 'Allow', Principal: { AWS: root }, Action: 'kms:*', Resource: '*' },
    { Effect: 'Allow', Principal: { AWS: administrator }, Action: 'kms:PutKeyPolicy', Resource: '*' },
    {
      Effect: 'Deny',
      Principal: '*',
      Action: 'kms:*',
      Resource: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ]);
}

function compile(kind: PolicyKind, Statement: readonly object[]): CompiledPolicy {
  const text = JSON.stringify({ Version: '2012-10-17', Statement });
  return compilePolicy(parsePolicy(text, kind), { name: 'bench' });
}

function requestOf(arn: string, resource: string): AccessRequest {
  const known = new Map<string, readonly string[]>([
    ['aws:securetransport', ['true']],
    ['aws:sourceip', ['10.1.2.3']],
    ['kms:encryptioncontext:tenant', ['4711']],
  ]);
  return {
    action: 'kms:Decrypt',
    resource,
    resourceAccount: ACCOUNT,
    principal: { arn, account: ACCOUNT },
    conditions: (name) => known.get(name),
  };
}

/** Microseconds for each request, one figure a batch. A request has just been read when it is judged. */
function judgeInBatches(cases: readonly Case[]): readonly number[] {
  const samples: number[] = [];
  for (let done = 0; done < JUDGED_A_ROUND; done += BATCH) {
    const batch = Array.from({ length: BATCH }, (_, index) => {
      const one = cases[((done + index) * STRIDE) % cases.length];
      if (one === undefined) throw new Error('there are no cases');
      return { request: requestOf(one.arn, one.resource), applicable: one.applicable };
    });
    const startedAt = performance.now();
    for (const { request, applicable } of batch) {
      if (!judge(request, applicable).allowed) throw new Error('a request was denied');
    }
    samples.push(((performance.now() - startedAt) * 1000) / BATCH);
  }
  return samples;
}

function median(samples: readonly number[]): number {
  return samples.toSorted((left, right) => left - right)[samples.length >> 1] ?? 0;
}
