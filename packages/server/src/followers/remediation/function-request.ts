import { AwsV4Signer } from 'aws4fetch';
import { openWebhookSigningKey } from '../../core/crypto/index.ts';
import type { FunctionRecord } from '../../core/operations/index.ts';
import { RemediationError } from './errors.ts';
import type { OutboundPost } from '../outbound/index.ts';

/** What a function is called with. */
export interface FunctionCall {
  /** The remediation's id: the same in every try, so that receivers can tell them. */
  readonly id: string;
  readonly nowMs: number;
  readonly body: string;
}

type Secrets = Readonly<Record<string, string>>;

/**
 * Makes the request that calls a function (`spec/remediation.md`, "functions").
 *
 * @throws RemediationError `SecretUnreadable`.
 */
export function functionRequest(
  target: FunctionRecord,
  secrets: Secrets,
  call: FunctionCall,
): Promise<OutboundPost> {
  switch (target.type) {
    case 'webhook':
      return Promise.resolve(webhookRequest(target, secrets, call));
    case 'aws-lambda':
      return lambdaRequest(target, secrets, call);
    case 'azure-function':
      return Promise.resolve(azureRequest(target, secrets, call));
  }
}

/** Standard Webhooks 1.0.0: the signature covers the id, the time in seconds and the body. */
function webhookRequest(
  { name, settings }: FunctionRecord,
  secrets: Secrets,
  call: FunctionCall,
): OutboundPost {
  const key = openWebhookSigningKey(secrets['secret'] ?? '');
  if (key === undefined) {
    throw new RemediationError('SecretUnreadable', `the secret of the function \`${name}\` is none`);
  }
  const seconds = String(Math.floor(call.nowMs / 1000));
  return {
    url: settings['url'] ?? '',
    body: call.body,
    headers: {
      'content-type': 'application/json',
      'webhook-id': call.id,
      'webhook-timestamp': seconds,
      'webhook-signature': key.sign(`${call.id}.${seconds}.${call.body}`),
    },
  };
}

/** Lambda's `Invoke`, signed by SigV4; it is answered when the function has ended. */
async function lambdaRequest(
  { settings }: FunctionRecord,
  secrets: Secrets,
  { body, id, nowMs }: FunctionCall,
): Promise<OutboundPost> {
  const { endpoint, region = '' } = settings;
  const name = encodeURIComponent(settings['functionName'] ?? '');
  const base = (endpoint ?? `https://lambda.${region}.amazonaws.com`).replace(/\/$/, '');
  const signer = new AwsV4Signer({
    method: 'POST',
    url: `${base}/2015-03-31/functions/${name}/invocations`,
    accessKeyId: settings['accessKeyId'] ?? '',
    secretAccessKey: secrets['secretAccessKey'] ?? '',
    service: 'lambda',
    region,
    datetime: new Date(nowMs).toISOString().replace(/[:-]|\.[0-9]{3}/g, ''),
    headers: {
      'content-type': 'application/json',
      'x-amz-invocation-type': 'RequestResponse',
      'x-keywitness-remediation': id,
    },
    body,
  });
  const { headers, url } = await signer.sign();
  return { url: url.toString(), headers: Object.fromEntries(headers), body };
}

/** A function with an HTTP trigger, and a key of its own or of its host. */
function azureRequest({ settings }: FunctionRecord, secrets: Secrets, call: FunctionCall): OutboundPost {
  return {
    url: settings['url'] ?? '',
    body: call.body,
    headers: {
      'content-type': 'application/json',
      'x-functions-key': secrets['key'] ?? '',
      'x-keywitness-remediation': call.id,
    },
  };
}
