import {
  DescribeTrails$,
  GetEventSelectors$,
  GetTrail$,
  GetTrailStatus$,
  ListPublicKeys$,
  ListTrails$,
  LookupAttributeKey,
  LookupEvents$,
} from '@aws-sdk/client-cloudtrail';
import { cloudTrailOperations, type Operation } from '../../core/operations/index.ts';
import { type Constraint, constraintsIn } from './constraints.ts';
import { compileReadBody, type ReadBody } from './read-request.ts';
import { compileWriteBody, type WriteBody } from './write-response.ts';

/** An operation of CloudTrail that we offer: how it reads, what it does, how it answers. */
export interface CloudTrailOperation {
  readonly operation: Operation;
  readonly readBody: ReadBody;
  readonly writeBody: WriteBody;
}

/** What of CloudTrail there is here. */
export interface CloudTrailModel {
  readonly operations: ReadonlyMap<string, CloudTrailOperation>;
  /** The operations that CloudTrail has and we do not. */
  readonly unsupported: ReadonlySet<string>;
}

const SCHEMAS = [
  DescribeTrails$,
  GetEventSelectors$,
  GetTrail$,
  GetTrailStatus$,
  ListPublicKeys$,
  ListTrails$,
  LookupEvents$,
];

const NO_DEMANDS: Constraint = {};
const TOKEN: Constraint = { length: [1, 256] };

/** What the model demands. AWS takes one attribute; we take several, which must all hold. */
const CONSTRAINTS: Readonly<Record<string, Constraint>> = {
  AttributeKey: { values: Object.values(LookupAttributeKey) },
  AttributeValue: { length: [1, 2000] },
  EndTime: NO_DEMANDS,
  EventCategory: { values: [] },
  includeShadowTrails: NO_DEMANDS,
  LookupAttributes: { length: [0, 8] },
  MaxResults: { range: [1, 50] },
  Name: { length: [1, 2048] },
  NextToken: TOKEN,
  StartTime: NO_DEMANDS,
  trailNameList: { length: [0, 100] },
  'trailNameList[]': { length: [1, 2048] },
  TrailName: { length: [1, 2048] },
};

/** The operations that CloudTrail has and we do not: trails are not made, changed or queried in SQL here. */
const UNSUPPORTED: ReadonlySet<string> = new Set([
  'AddTags',
  'CancelQuery',
  'CreateChannel',
  'CreateDashboard',
  'CreateEventDataStore',
  'CreateTrail',
  'DeleteChannel',
  'DeleteDashboard',
  'DeleteEventDataStore',
  'DeleteResourcePolicy',
  'DeleteTrail',
  'DeregisterOrganizationDelegatedAdmin',
  'DescribeQuery',
  'DisableFederation',
  'EnableFederation',
  'GenerateQuery',
  'GetChannel',
  'GetDashboard',
  'GetEventConfiguration',
  'GetEventDataStore',
  'GetImport',
  'GetInsightSelectors',
  'GetQueryResults',
  'GetResourcePolicy',
  'ListChannels',
  'ListDashboards',
  'ListEventDataStores',
  'ListImportFailures',
  'ListImports',
  'ListInsightsData',
  'ListInsightsMetricData',
  'ListQueries',
  'ListTags',
  'PutEventConfiguration',
  'PutEventSelectors',
  'PutInsightSelectors',
  'PutResourcePolicy',
  'RegisterOrganizationDelegatedAdmin',
  'RemoveTags',
  'RestoreEventDataStore',
  'SearchSampleQueries',
  'StartDashboardRefresh',
  'StartEventDataStoreIngestion',
  'StartImport',
  'StartLogging',
  'StartQuery',
  'StopEventDataStoreIngestion',
  'StopImport',
  'StopLogging',
  'UpdateChannel',
  'UpdateDashboard',
  'UpdateEventDataStore',
  'UpdateTrail',
]);

/** Compiles every operation that we offer. */
export function compileCloudTrailOperations(): CloudTrailModel {
  const constraintOf = constraintsIn(CONSTRAINTS);
  const operations = SCHEMAS.map(([, , name, , input, output]): [string, CloudTrailOperation] => {
    const operation = cloudTrailOperations.get(name);
    if (operation === undefined) throw new TypeError(`core has no operation \`${name}\``);
    const readBody = compileReadBody(input, constraintOf);
    return [name, { operation, readBody, writeBody: compileWriteBody(output) }];
  });
  return { operations: new Map(operations), unsupported: UNSUPPORTED };
}
