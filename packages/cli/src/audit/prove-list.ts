import { type AnswerQuery, type ApiClient, eventConditionsOf } from '@keywitness/api';
import { type CompleteAnswer, isWithin, parseWholeAnswer } from '@keywitness/log';
import { Failure } from '../failure.ts';
import { writeNamedFile } from '../files/index.ts';
import { cosignAnswer, reportMirrors } from '../index-mirrors/index.ts';
import { printLines, visible } from '../terminal/index.ts';
import { readMirrors } from '../trust/index.ts';
import { wholeAnswer } from './answer-pages.ts';
import { describeSubject } from './describe-answer.ts';
import { failedProof } from './failed-proof.ts';
import type { RecordQuery } from './filters.ts';

/** Writes all events that are asked for to a file, with the proof that they are all, and has mirrors cosign it. */
export async function proveList(
  client: ApiClient,
  query: RecordQuery,
  file: string,
  mirrors?: string,
): Promise<void> {
  const trust = mirrors === undefined ? undefined : readMirrors({ mirrors });
  const asked = answerQuery(query);
  const text = await wholeAnswer(asked, client);
  const answer = read(text);
  const cosigned = trust === undefined ? undefined : await cosignAnswer(text, trust);
  writeNamedFile(file, cosigned?.text ?? text);
  const leaves = answer.tree?.leaves ?? [];
  const count = leaves.filter((leaf) => isWithin(answer.window, leaf)).length;
  const line = `wrote ${file}: ${count} events of the ${describeSubject(answer.subject)}; check it with audit check`;
  await printLines([visible(line)]);
  if (cosigned !== undefined) process.exitCode = await reportMirrors(cosigned);
}

/** The subject and the window of a question; what else it asks for is for those who look into the answer. */
export function answerQuery(query: RecordQuery): AnswerQuery {
  const { account, asset, credential, key, partial, principal, source, from, to } = query;
  const subject = {
    ...(account === undefined ? {} : { account }),
    ...(asset === undefined ? {} : { asset }),
    ...(credential === undefined ? {} : { credential }),
    ...(key === undefined ? {} : { key }),
    ...(partial === undefined ? {} : { partial }),
    ...(principal === undefined ? {} : { principal }),
    ...(source === undefined ? {} : { source }),
  };
  const names = Object.keys(subject).toSorted().join(' ');
  if (!names.includes(' ') ? names === '' : names !== 'key principal') {
    throw new Failure(
      'usage',
      'a proof is about one of --account, --asset, --key, --principal, --source, --credential and --partial, or about --key with --principal',
    );
  }
  if (principal !== undefined && !principal.startsWith('arn:')) {
    throw new Failure('usage', 'a proof names a principal by its ARN');
  }
  const others = Object.keys(eventConditionsOf(query)).filter((name) => !Object.hasOwn(subject, name));
  if (others.length > 0) {
    throw new Failure('usage', 'a proof is about all actions and outcomes: look for them in the answer');
  }
  return { ...subject, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

function read(text: string): CompleteAnswer {
  try {
    return parseWholeAnswer(text);
  } catch (error) {
    throw failedProof(error);
  }
}
