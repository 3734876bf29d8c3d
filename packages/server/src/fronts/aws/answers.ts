import type { Recorded } from '../../core/operations/index.ts';
import { type HttpAnswer, recordedHeaders } from '../http/index.ts';
import type { AwsErrorName } from './error-names.ts';
import { element, escapeXml } from './xml.ts';

const JSON_TYPE = 'application/x-amz-json-1.1';
const XML_TYPE = 'text/xml';

/** An error to answer: AWS's name and status, and what it says; nothing is said where AWS says nothing. */
export interface AwsError extends AwsErrorName {
  readonly message: string;
}

/** An answer in AWS JSON 1.1. `recorded` is absent when nothing could be recorded. */
export function jsonAnswer(requestId: string, recorded: Recorded | undefined, body: string): HttpAnswer {
  return { status: 200, headers: headersOf(JSON_TYPE, requestId, recorded), body };
}

/** An error in AWS JSON 1.1. */
export function jsonError(requestId: string, recorded: Recorded | undefined, error: AwsError): HttpAnswer {
  const { message, name, status } = error;
  const body = JSON.stringify(message === '' ? { __type: name } : { __type: name, message });
  return { status, headers: headersOf(JSON_TYPE, requestId, recorded), body };
}

/**
 * An answer in the AWS Query protocol. `result` is the content of the result's element; operations that answer nothing
 * have no such element.
 */
export function xmlAnswer(
  requestId: string,
  recorded: Recorded | undefined,
  namespace: string,
  operation: string,
  result: string | undefined,
): HttpAnswer {
  const content = result === undefined ? '' : element(`${operation}Result`, result);
  const metadata = element('ResponseMetadata', element('RequestId', escapeXml(requestId)));
  const body = root(`${operation}Response`, namespace, `${content}${metadata}`);
  return { status: 200, headers: headersOf(XML_TYPE, requestId, recorded), body };
}

/** An error in the AWS Query protocol. */
export function xmlError(
  requestId: string,
  recorded: Recorded | undefined,
  namespace: string,
  error: AwsError,
): HttpAnswer {
  const { message, name, status } = error;
  const parts = [
    element('Type', status >= 500 ? 'Receiver' : 'Sender'),
    element('Code', escapeXml(name)),
    element('Message', escapeXml(message)),
  ];
  const id = element('RequestId', escapeXml(requestId));
  const body = root('ErrorResponse', namespace, `${element('Error', parts.join(''))}${id}`);
  return { status, headers: headersOf(XML_TYPE, requestId, recorded), body };
}

function headersOf(
  type: string,
  requestId: string,
  recorded: Recorded | undefined,
): Readonly<Record<string, string>> {
  return {
    'content-type': type,
    'x-amzn-requestid': requestId,
    ...(recorded === undefined ? {} : recordedHeaders(recorded)),
  };
}

function root(name: string, namespace: string, content: string): string {
  return `<${name} xmlns="${namespace}">${content}</${name}>`;
}
