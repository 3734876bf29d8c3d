import { type EventParameters, trailOf } from '../../audit/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import { clip } from '../event-builder.ts';
import type { Operation } from '../operation.ts';
import type { Params, Result } from '../params.ts';
import { regionsOf } from '../regions.ts';
import { readLookup } from './lookup.ts';
import { authorizeTrail } from './read-trail.ts';

/** `LookupEvents`: the record is read by whoever performs it, so the result is empty. */
const lookupEvents: Operation = {
  name: 'LookupEvents',
  action: 'trail.lookup',
  run(attempt, params) {
    const lookup = readLookup(params);
    const filters = Object.fromEntries(
      Object.entries(lookup.filters).map(([name, values]) => [name, values.map(clip)]),
    );
    authorizeTrail(attempt, 'cloudtrail:LookupEvents', '*', {
      ...filters,
      startTime: instantOf(lookup.fromMs),
      endTime: instantOf(params.optionalNumber('endTime')),
      maxResults: params.optionalNumber('maxResults'),
      beyond: lookup.beyond,
    });
    return {};
  },
};

const describeTrails: Operation = {
  name: 'DescribeTrails',
  action: 'trail.describe',
  run(attempt, params) {
    const names = params.texts('trailNameList');
    authorizeTrail(attempt, 'cloudtrail:DescribeTrails', '*', {
      trailNameList: names.length === 0 ? undefined : names.map(clip),
    });
    const isAsked = names.length === 0 || names.some((name) => isTrail(attempt, name));
    return { trailList: isAsked ? [trailResult(attempt)] : [] };
  },
};

const listTrails: Operation = {
  name: 'ListTrails',
  action: 'trail.list',
  run(attempt, params) {
    authorizeTrail(attempt, 'cloudtrail:ListTrails', '*', {});
    if (params.has('nextToken')) throw new OperationError('InvalidMarker', 'There is one page of trails.');
    const { arn, name, region } = trailOf(attempt.place);
    return { trails: [{ trailARN: arn, name, homeRegion: region }] };
  },
};

const getTrail = ofTrail('GetTrail', 'trail.read', 'name', (attempt) => ({ trail: trailResult(attempt) }));

/** The trail writes nothing that could be late: its files are made of the log when they are asked for. */
const getTrailStatus = ofTrail('GetTrailStatus', 'trail.read-status', 'name', () => ({ isLogging: true }));

const getEventSelectors = ofTrail('GetEventSelectors', 'trail.read-selectors', 'trailName', (attempt) => ({
  trailARN: trailOf(attempt.place).arn,
  eventSelectors: [
    {
      readWriteType: 'All',
      includeManagementEvents: true,
      dataResources: [],
      excludeManagementEventSources: [],
    },
  ],
}));

/** The keys are public; the front adds them. */
const listPublicKeys: Operation = {
  name: 'ListPublicKeys',
  action: 'trail.list-keys',
  run(attempt, params) {
    const startTime = params.optionalNumber('startTime');
    const endTime = params.optionalNumber('endTime');
    authorizeTrail(attempt, 'cloudtrail:ListPublicKeys', '*', {
      startTime: instantOf(startTime),
      endTime: instantOf(endTime),
    });
    if (params.has('nextToken')) throw new OperationError('InvalidMarker', 'There is one page of keys.');
    if (startTime !== undefined && endTime !== undefined && startTime > endTime) {
      throw new OperationError('InvalidInput', 'The start time must not be after the end time.');
    }
    return {};
  },
};

/** The operations of CloudTrail that read; there is nothing to change. */
export const cloudTrailOperations: ReadonlyMap<string, Operation> = new Map(
  [describeTrails, getEventSelectors, getTrail, getTrailStatus, listPublicKeys, listTrails, lookupEvents].map(
    (operation) => [operation.name, operation],
  ),
);

/** An operation about the one trail, whatever way its name is given in `member`. */
function ofTrail(
  name: string,
  action: string,
  member: string,
  result: (attempt: Attempt) => Result,
): Operation {
  return {
    name,
    action,
    run(attempt: Attempt, params: Params) {
      const wanted = params.text(member);
      const { account, arn, region } = trailOf(attempt.place);
      const resource = wanted.startsWith('arn:')
        ? wanted
        : `arn:aws:cloudtrail:${region}:${account}:trail/${wanted}`;
      const noted: EventParameters = { [member]: clip(wanted) };
      authorizeTrail(attempt, `cloudtrail:${name}`, isTrail(attempt, wanted) ? arn : clip(resource), noted);
      if (!isTrail(attempt, wanted)) {
        throw new OperationError('NotFound', `Unknown trail: ${clip(wanted)} for the user: ${account}`);
      }
      return result(attempt);
    },
  };
}

function isTrail({ place }: Attempt, wanted: string): boolean {
  const { arn, name } = trailOf(place);
  return wanted === name || wanted === arn;
}

function trailResult({ place }: Attempt): Result {
  const { arn, bucket, name, region } = trailOf(place);
  return {
    name,
    s3BucketName: bucket,
    includeGlobalServiceEvents: true,
    isMultiRegionTrail: regionsOf(place).length > 1,
    homeRegion: region,
    trailARN: arn,
    logFileValidationEnabled: true,
    hasCustomEventSelectors: false,
    hasInsightSelectors: false,
    isOrganizationTrail: false,
  };
}

function instantOf(ms: number | undefined): string | undefined {
  if (ms === undefined) return undefined;
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
}
