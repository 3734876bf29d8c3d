import { getCallerIdentity, Params, type Service } from '../../core/operations/index.ts';
import type { HttpAnswer, HttpRequest } from '../http/index.ts';
import type { SignatureVerdict } from '../sigv4/index.ts';
import { type AwsError, xmlAnswer, xmlError } from './answers.ts';
import { actorOf, attemptOf, unauthenticated } from './attempt.ts';
import { stsError, stsSignatureError } from './error-names.ts';
import type { RequestHead } from './request-head.ts';

const FORM_TYPE = 'application/x-www-form-urlencoded';
const VERSION = '2011-06-15';
/** No request that we know is nearly this long; longer forms are not taken apart. */
const FORM_BYTES_MAX = 16_384;

/** What a form asks for. */
interface StsForm {
  /** The operation's name; empty when there is none. */
  readonly action: string;
  readonly version: string;
}

/** Whether a request speaks the AWS Query protocol. One with `X-Amz-Target` never does. */
export function isQuery({ target, contentType }: RequestHead): boolean {
  if (target !== undefined || contentType === undefined) return false;
  return (contentType.split(';')[0] ?? '').trim().toLowerCase() === FORM_TYPE;
}

/**
 * Answers a request in the AWS Query protocol: STS, with the one operation that clients use to find out who they are.
 *
 * @throws LedgerError when nothing could be recorded.
 */
export async function answerSts(
  service: Service,
  request: HttpRequest,
  head: RequestHead,
  verdict: SignatureVerdict,
): Promise<HttpAnswer> {
  const form = readForm(request.body);
  const attempt = attemptOf(request.attempt, 'sts', form?.action ?? '', head.traceId);
  const { requestId } = attempt;
  if (form?.action !== 'GetCallerIdentity' || form.version !== VERSION) {
    const { action, error } = misunderstood(form);
    const { name: code, message } = error;
    const recorded = await service.refuse(attempt, {
      outcome: 'error',
      action,
      code,
      message,
      actor: actorOf(verdict),
    });
    return xmlError(requestId, recorded, error);
  }
  if (verdict.kind === 'refused') {
    const error = { ...stsSignatureError(verdict.code), message: verdict.message };
    const recorded = await service.refuse(attempt, unauthenticated(verdict, error.name));
    return xmlError(requestId, recorded, error);
  }
  const performed = await service.perform(getCallerIdentity, attempt, verdict.caller, new Params({}));
  if (performed.kind === 'refused') {
    const { code, message } = performed.error;
    return xmlError(requestId, performed, { ...stsError(code), message });
  }
  const identity = new Params(performed.result);
  return xmlAnswer(requestId, performed, 'GetCallerIdentity', [
    ['Arn', identity.text('arn')],
    ['UserId', identity.text('userId')],
    ['Account', identity.text('account')],
  ]);
}

function readForm(body: Uint8Array): StsForm | undefined {
  if (body.length > FORM_BYTES_MAX) return undefined;
  const fields = new URLSearchParams(Buffer.from(body).toString('utf8'));
  return { action: fields.get('Action') ?? '', version: fields.get('Version') ?? '' };
}

function misunderstood(form: StsForm | undefined): { readonly action: string; readonly error: AwsError } {
  if (form === undefined) {
    const error = { name: 'MalformedInput', status: 400, message: 'The form is too long.' };
    return { action: 'request.malformed', error };
  }
  if (form.action === '') {
    const error = {
      name: 'MissingAction',
      status: 400,
      message: 'The request must contain the parameter Action.',
    };
    return { action: 'request.unknown', error };
  }
  const message = `Could not find operation ${clip(form.action)} for version ${clip(form.version)}`;
  return { action: 'request.unknown', error: { name: 'InvalidAction', status: 400, message } };
}

/** Words of the client's in our message. */
function clip(text: string): string {
  return text.slice(0, WORD_MAX);
}

const WORD_MAX = 128;
