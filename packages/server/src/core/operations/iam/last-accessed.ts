import type { Statement } from '../../policy/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import type { Result } from '../params.ts';
import { noteParameters } from './entities.ts';
import { groupsOf, membersOf, rolesOf, usersOf } from './holders.ts';
import { pageOfItems } from './item-pages.ts';
import { type Job, readJobId, referenceOf, writeJobId } from './job-ids.ts';
import { policiesInScope } from './managed-policies.ts';
import { type NamedEntity, requireNamed } from './named-entities.ts';
import { type PolicySource, policySources } from './policy-sources.ts';

/** The services that there are here, by their namespace in actions. */
const SERVICES: readonly (readonly [namespace: string, name: string])[] = [
  ['iam', 'AWS Identity and Access Management'],
  ['keywitness', 'Keywitness'],
  ['kms', 'AWS Key Management Service'],
  ['sts', 'AWS Security Token Service'],
];

const GENERATE = 'GenerateServiceLastAccessedDetails';

const generateServiceLastAccessedDetails: Operation = {
  name: GENERATE,
  action: 'access.generate-last-accessed',
  run(attempt, params) {
    const isByAction = params.optionalText('granularity') === 'ACTION_LEVEL';
    const { record } = requireNamed(attempt, params.text('arn'), GENERATE);
    const job: Job = { reference: referenceOf(record), createdAtMs: attempt.nowMs, isByAction };
    return { jobId: writeJobId(attempt.account, job) };
  },
};

/**
 * Which services an entity's policies let it use. When it last did stands in the record, which decisions do not read:
 * whoever answers completes `servicesLastAccessed` from the events of `lastAccessedBy` (`spec/iam.md`, "last use").
 */
const getServiceLastAccessedDetails: Operation = {
  name: 'GetServiceLastAccessedDetails',
  action: 'access.read-last-accessed',
  run(attempt, params) {
    const jobId = params.text('jobId');
    noteParameters(attempt, { jobId });
    attempt.authorize({ permission: 'iam:GetServiceLastAccessedDetails', resource: '*' });
    const job = readJobId(attempt.account, jobId);
    const arn = job === undefined ? undefined : arnOfReference(attempt, job.reference);
    if (job === undefined || arn === undefined) {
      throw new OperationError('NotFound', `The job with id ${jobId} cannot be found.`);
    }
    // A job id can be made up by whoever knows how: it is good for what its bearer could ask for anyway.
    const entity = requireNamed(attempt, arn, GENERATE);
    const sources = policySources(attempt, entity);
    const allowed = SERVICES.filter(([namespace]) => sources.some((source) => mayReach(source, namespace)));
    const { items, isTruncated, marker } = pageOfItems(allowed, params, ([namespace]) => namespace);
    return {
      isTruncated,
      jobCompletionDate: job.createdAtMs,
      jobCreationDate: job.createdAtMs,
      jobStatus: 'COMPLETED',
      jobType: job.isByAction ? 'ACTION_LEVEL' : 'SERVICE_LEVEL',
      lastAccessedBy: principalsBehind(attempt, entity),
      marker,
      servicesLastAccessed: items.map(describeService),
    };
  },
};

function describeService([serviceNamespace, serviceName]: (typeof SERVICES)[number]): Result {
  return { serviceName, serviceNamespace };
}

function arnOfReference(attempt: Attempt, reference: string): string | undefined {
  const entities = [
    ...usersOf(attempt),
    ...groupsOf(attempt),
    ...rolesOf(attempt),
    ...policiesInScope(attempt, 'All'),
  ];
  return entities.find((entity) => referenceOf(entity) === reference)?.arn;
}

/** The users and roles whose acts count for an entity: itself, who is in the group, or who has the policy. */
function principalsBehind(attempt: Attempt, entity: NamedEntity): readonly string[] {
  if (entity.kind === 'user' || entity.kind === 'role') return [entity.record.arn];
  if (entity.kind === 'group') return membersOf(attempt, entity.record).map(({ arn }) => arn);
  const { arn: policy } = entity.record;
  const ofGroups = groupsOf(attempt)
    .filter(({ attached }) => attached.includes(policy))
    .flatMap((group) => membersOf(attempt, group));
  const own = [...usersOf(attempt), ...rolesOf(attempt)].filter(
    ({ attached }) => attached?.includes(policy) === true,
  );
  return [...new Set([...own, ...ofGroups].map(({ arn }) => arn))];
}

/** Whether some statement allows some action of a service, whatever else it asks. */
function mayReach({ policy }: PolicySource, namespace: string): boolean {
  return policy.document.statements.some(
    (statement) => statement.effect === 'Allow' && concernsService(statement, namespace),
  );
}

function concernsService({ actions, notActions }: Statement, namespace: string): boolean {
  const everyAction = `${namespace}:*`;
  if (actions === undefined) {
    return notActions?.every((action) => action !== '*' && action.toLowerCase() !== everyAction) === true;
  }
  return actions.some(
    (action) => action === '*' || serviceOf(action) === namespace || serviceOf(action) === '*',
  );
}

function serviceOf(action: string): string {
  return action.slice(0, action.indexOf(':')).toLowerCase();
}

/** The operations on what entities last used. */
export const lastAccessedOperations: readonly Operation[] = [
  generateServiceLastAccessedDetails,
  getServiceLastAccessedDetails,
];
