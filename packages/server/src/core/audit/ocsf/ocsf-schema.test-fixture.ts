/** How an attribute of OCSF is written: a plain value, an object of its own kind, or `[]` of either. */
type Kind = 'string' | 'integer' | 'boolean' | 'json' | `${string}[]` | `@${string}`;

interface OcsfObject {
  readonly required?: readonly string[];
  /** One of these has to be there. */
  readonly oneOf?: readonly string[];
  readonly attributes: Readonly<Record<string, Kind>>;
}

/**
 * What OCSF 1.5.0 says of the class `api_activity` with the profile `security_control`, and of the objects in it: names,
 * kinds and requirements of their attributes (schema.ocsf.io), as far as they may occur here. An attribute that is not
 * listed is none of the schema's.
 */
const ocsfObjects: Readonly<Record<string, OcsfObject>> = {
  api_activity: {
    required: [
      'activity_id',
      'actor',
      'api',
      'category_uid',
      'class_uid',
      'metadata',
      'severity_id',
      'src_endpoint',
      'time',
      'type_uid',
    ],
    attributes: {
      action: 'string',
      action_id: 'integer',
      activity_id: 'integer',
      activity_name: 'string',
      actor: '@actor',
      api: '@api',
      category_name: 'string',
      category_uid: 'integer',
      class_name: 'string',
      class_uid: 'integer',
      count: 'integer',
      disposition: 'string',
      disposition_id: 'integer',
      end_time: 'integer',
      http_request: '@http_request',
      message: 'string',
      metadata: '@metadata',
      resources: '@resource_details[]',
      severity: 'string',
      severity_id: 'integer',
      src_endpoint: '@network_endpoint',
      start_time: 'integer',
      status: 'string',
      status_code: 'string',
      status_detail: 'string',
      status_id: 'integer',
      time: 'integer',
      type_name: 'string',
      type_uid: 'integer',
      unmapped: 'json',
    },
  },
  account: { oneOf: ['name', 'uid'], attributes: { name: 'string', uid: 'string' } },
  actor: {
    oneOf: ['process', 'user', 'invoked_by', 'session', 'app_name', 'app_uid'],
    attributes: {
      app_name: 'string',
      authorizations: '@authorization[]',
      session: '@session',
      user: '@user',
    },
  },
  api: {
    required: ['operation'],
    attributes: { operation: 'string', request: '@request', response: '@response', service: '@service' },
  },
  authorization: { attributes: { decision: 'string', policy: '@policy' } },
  http_request: { attributes: { user_agent: 'string' } },
  metadata: {
    required: ['product', 'version'],
    attributes: {
      correlation_uid: 'string',
      log_name: 'string',
      log_version: 'string',
      original_time: 'string',
      product: '@product',
      profiles: 'string[]',
      uid: 'string',
      version: 'string',
    },
  },
  network_endpoint: {
    oneOf: ['ip', 'uid', 'name', 'hostname', 'svc_name', 'instance_uid', 'interface_uid', 'domain'],
    attributes: { intermediate_ips: 'string[]', ip: 'string', name: 'string', port: 'integer' },
  },
  policy: { oneOf: ['name', 'uid'], attributes: { desc: 'string', name: 'string', uid: 'string' } },
  product: { oneOf: ['name', 'uid'], attributes: { name: 'string', vendor_name: 'string' } },
  request: { required: ['uid'], attributes: { data: 'json', uid: 'string' } },
  resource_details: {
    oneOf: ['name', 'uid'],
    attributes: { name: 'string', owner: '@user', region: 'string', type: 'string', uid: 'string' },
  },
  response: { attributes: { error: 'string', error_message: 'string' } },
  service: { oneOf: ['name', 'uid'], attributes: { name: 'string' } },
  session: {
    attributes: {
      created_time: 'integer',
      credential_uid: 'string',
      is_mfa: 'boolean',
      issuer: 'string',
      uid: 'string',
    },
  },
  user: {
    oneOf: ['account', 'name', 'uid'],
    attributes: {
      account: '@account',
      credential_uid: 'string',
      name: 'string',
      type: 'string',
      type_id: 'integer',
      uid: 'string',
    },
  },
};

/** What of a value, which is JSON, is not as the schema has it; in words. */
export function ocsfFaults(
  value: unknown,
  kind: string = '@api_activity',
  at: string = '$',
): readonly string[] {
  if (kind === 'json') return [];
  if (kind.endsWith('[]')) {
    if (!Array.isArray(value)) return [`${at} is no list`];
    return value.flatMap((item, index) => ocsfFaults(item, kind.slice(0, -'[]'.length), `${at}[${index}]`));
  }
  if (!kind.startsWith('@')) return isOfKind(value, kind) ? [] : [`${at} is no ${kind}`];
  const object = ocsfObjects[kind.slice(1)];
  if (object === undefined || !isMembers(value)) return [`${at} is no ${kind}`];
  const { attributes, oneOf, required = [] } = object;
  return [
    ...required.filter((name) => value[name] === undefined).map((name) => `${at}.${name} is missing`),
    ...(oneOf?.every((name) => value[name] === undefined) === true
      ? [`${at} has none of ${oneOf.join()}`]
      : []),
    ...Object.entries(value).flatMap(([name, member]) => {
      const memberKind = attributes[name];
      return memberKind === undefined
        ? [`${at}.${name} is unknown`]
        : ocsfFaults(member, memberKind, `${at}.${name}`);
    }),
  ];
}

function isOfKind(value: unknown, kind: string): boolean {
  return kind === 'integer' ? Number.isSafeInteger(value) : typeof value === kind;
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
