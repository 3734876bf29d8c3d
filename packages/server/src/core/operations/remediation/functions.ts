import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import { pageOf } from '../kms/index.ts';
import type { Operation } from '../operation.ts';
import type { Params, Result } from '../params.ts';
import type { FunctionRecord } from '../response-records.ts';
import { authorizeResponse } from './remediations.ts';

const FUNCTIONS_MAX = 200;
const LIMIT_DEFAULT = 100;

interface Members {
  readonly settings: readonly string[];
  readonly secrets: readonly string[];
  /** Which of the settings may be left out. */
  readonly optional: readonly string[];
}

/** What each type of function is told by (`spec/remediation.md`, "functions"). */
const TYPES: Readonly<Record<FunctionRecord['type'], Members>> = {
  webhook: { settings: ['url'], secrets: ['secret'], optional: [] },
  'aws-lambda': {
    settings: ['region', 'functionName', 'accessKeyId', 'endpoint'],
    secrets: ['secretAccessKey'],
    optional: ['endpoint'],
  },
  'azure-function': { settings: ['url'], secrets: ['key'], optional: [] },
};
/** Standard Webhooks: `whsec_` and the base64 of 24 to 64 bytes. */
const WEBHOOK_SECRET =
  /^whsec_(?:[A-Za-z0-9+/]{4}){8,21}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})?$/;

/** `PutFunction`: makes or replaces one. Without `secrets` it keeps those that it has. */
export const putFunction: Operation = {
  name: 'PutFunction',
  action: 'function.put',
  run(attempt, params) {
    const name = noteFunction(attempt, params);
    const settings = params.textMap('settings') ?? {};
    attempt.note.parameters = { function: name, settings, type: params.text('type') };
    authorizeResponse(attempt, 'PutFunction');
    const type = readType(params.text('type'));
    const known = attempt.view.function(name);
    if (known === undefined && attempt.view.peek.functions.size >= FUNCTIONS_MAX) {
      throw new OperationError('LimitExceeded', `there are at most ${FUNCTIONS_MAX} functions`);
    }
    checkSettings(type, settings);
    const secrets = params.textMap('secrets');
    const record: FunctionRecord = {
      name,
      type,
      settings,
      sealedSecrets:
        secrets === undefined ? keptSecrets(known, type, settings) : seal(attempt, name, type, secrets),
      updatedAtMs: attempt.nowMs,
      updatedBy: attempt.principal.arn,
    };
    attempt.note.change = {
      ...(known === undefined ? {} : { before: { settings: known.settings, type: known.type } }),
      after: { secrets: secrets === undefined ? 'kept' : 'new', settings, type },
    };
    attempt.write(`function:${name}`, record);
    return describeFunction(record);
  },
};

/** `DeleteFunction`: playbooks that call it fail from now on, and say so. */
export const deleteFunction: Operation = {
  name: 'DeleteFunction',
  action: 'function.delete',
  run(attempt, params) {
    const name = noteFunction(attempt, params);
    authorizeResponse(attempt, 'DeleteFunction');
    const known = attempt.view.function(name);
    if (known === undefined) throw new OperationError('NotFound', `there is no function \`${name}\``);
    attempt.note.change = { before: { settings: known.settings, type: known.type } };
    attempt.write(`function:${name}`, null);
    return {};
  },
};

/** `ListFunctions`: sorted by name, without their secrets. */
export const listFunctions: Operation = {
  name: 'ListFunctions',
  action: 'function.list',
  run(attempt, params) {
    authorizeResponse(attempt, 'ListFunctions');
    const all = attempt.view.peek.functions;
    const page = pageOf([...all.keys()].sort(), params, LIMIT_DEFAULT);
    const functions = page.names.flatMap((name) => {
      const record = all.get(name);
      return record === undefined ? [] : [describeFunction(record)];
    });
    return { functions, next: page.nextMarker };
  },
};

function noteFunction(attempt: Attempt, params: Params): string {
  const name = params.text('functionName');
  attempt.note.parameters = { function: name };
  return name;
}

/** @throws OperationError `Validation`. */
function readType(text: string): FunctionRecord['type'] {
  if (text === 'webhook' || text === 'aws-lambda' || text === 'azure-function') return text;
  throw new OperationError('Validation', `there is no type of functions \`${text}\``);
}

function checkSettings(type: FunctionRecord['type'], settings: Readonly<Record<string, string>>): void {
  const { optional, settings: names } = TYPES[type];
  requireMembers(type, 'settings', Object.keys(settings), names, optional);
  const { region } = settings;
  if (region !== undefined && !/^[a-z0-9-]{1,64}$/.test(region)) {
    throw new OperationError('Validation', 'the setting `region` is no name of a region');
  }
  for (const member of ['url', 'endpoint']) {
    const url = settings[member];
    if (url === undefined || (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol))) continue;
    throw new OperationError('Validation', `the setting \`${member}\` is no URL of HTTP`);
  }
}

/** Secrets are named in messages, and never shown. */
function seal(
  attempt: Attempt,
  name: string,
  type: FunctionRecord['type'],
  secrets: Readonly<Record<string, string>>,
): string {
  requireMembers(type, 'secrets', Object.keys(secrets), TYPES[type].secrets, []);
  if (type === 'webhook' && !WEBHOOK_SECRET.test(secrets['secret'] ?? '')) {
    throw new OperationError(
      'Validation',
      'the secret of a webhook is `whsec_` and the base64 of 24 to 64 bytes',
    );
  }
  const bytes = Buffer.from(JSON.stringify(secrets), 'utf8');
  const sealed = attempt.keyring.sealSecret(['function', name], bytes, attempt.entropy);
  bytes.fill(0);
  return sealed;
}

/**
 * The secrets that a function has. Whoever changes it need not know them, and must not learn them: they are sent where
 * they were given for, and nowhere else.
 *
 * @throws OperationError `Validation`.
 */
function keptSecrets(
  known: FunctionRecord | undefined,
  type: FunctionRecord['type'],
  settings: Readonly<Record<string, string>>,
): string {
  if (known?.type !== type) {
    throw new OperationError('Validation', `a new function of type \`${type}\` needs its secrets`);
  }
  const changed = ['url', 'endpoint'].find((name) => known.settings[name] !== settings[name]);
  if (changed === undefined) return known.sealedSecrets;
  const message = `the secrets are kept for the place that they were given for; give them again to change \`${changed}\``;
  throw new OperationError('Validation', message);
}

function requireMembers(
  type: string,
  what: 'settings' | 'secrets',
  given: readonly string[],
  names: readonly string[],
  optional: readonly string[],
): void {
  const unknown = given.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new OperationError('Validation', `\`${type}\` has no member \`${unknown}\` in \`${what}\``);
  }
  const missing = names.find((name) => !given.includes(name) && !optional.includes(name));
  if (missing === undefined) return;
  throw new OperationError('Validation', `\`${type}\` needs the member \`${missing}\` in \`${what}\``);
}

function describeFunction({ name, settings, type, updatedAtMs, updatedBy }: FunctionRecord): Result {
  return { name, settings, type, updatedAt: updatedAtMs, updatedBy };
}
