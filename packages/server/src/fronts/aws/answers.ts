import type { Recorded } from '../../core/operations/index.ts';
import { type HttpAnswer, recordedHeaders } from '../http/index.ts';
import type { AwsErrorName } from './error-names.ts';

const JSON_TYPE = 'application/x-amz-json-1.1';
const XML_TYPE = 'text/xml';
const STS_NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

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

/** An answer in the AWS Query protocol: the members of the result in order. */
export function xmlAnswer(
  requestId: string,
  recorded: Recorded | undefined,
  operation: string,
  members: readonly (readonly [name: string, text: string])[],
): HttpAnswer {
  const result = members.map(([name, text]) => element(name, escapeXml(text))).join('');
  const metadata = element('ResponseMetadata', element('RequestId', escapeXml(requestId)));
  const body = root(`${operation}Response`, `${element(`${operation}Result`, result)}${metadata}`);
  return { status: 200, headers: headersOf(XML_TYPE, requestId, recorded), body };
}

/** An error in the AWS Query protocol. */
export function xmlError(requestId: string, recorded: Recorded | undefined, error: AwsError): HttpAnswer {
  const { message, name, status } = error;
  const parts = [
    element('Type', status >= 500 ? 'Receiver' : 'Sender'),
    element('Code', escapeXml(name)),
    element('Message', escapeXml(message)),
  ];
  const id = element('RequestId', escapeXml(requestId));
  const body = root('ErrorResponse', `${element('Error', parts.join(''))}${id}`);
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

function root(name: string, content: string): string {
  return `<${name} xmlns="${STS_NAMESPACE}">${content}</${name}>`;
}

function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

const XML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as XML 1.0 can carry it: characters that it forbids, escaped or not, become U+FFFD. */
function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u0020-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll(/[&<>"']/g, (character) => XML_ENTITIES[character] ?? character);
}
