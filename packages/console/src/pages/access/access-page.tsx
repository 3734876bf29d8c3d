import type { AnswerQuery } from '@keywitness/api';
import { BookKey } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { useSearchParams } from 'wouter';
import { useApi } from '../../api/index.ts';
import { CommandButton, EmptyState, ErrorState, Loading, Page, TimeRange } from '../../components/index.ts';
import { commandLine, option } from '../../formats/index.ts';
import { proveAnswer } from '../../proof/index.ts';
import './access-page.css';
import { AccessResult } from './access-result.tsx';
import { AssetField } from './asset-field.tsx';
import { EvidenceButton } from './evidence-dialog.tsx';

const ranges = [
  { value: '7d', label: '7 d' },
  { value: '30d', label: '30 d' },
  { value: '90d', label: '90 d' },
] as const;
const dayMs = 86_400_000;

/** Who touched an asset, and the proof that nobody is missing. */
export function AccessPage(): ReactElement {
  const [params, setParams] = useSearchParams();
  const asset = params.get('asset')?.trim() ?? '';
  const change = (texts: Readonly<Record<string, string | undefined>>): void =>
    setParams((before) => {
      const after = new URLSearchParams(before);
      for (const [name, value] of Object.entries(texts)) {
        if (value === undefined || value === '') after.delete(name);
        else after.set(name, value);
      }
      return after;
    });
  const query = useAnswerQuery(params);
  const proof = useApi(query === undefined ? null : ['answer', query], ({ client }) =>
    proveAnswer(client, query ?? {}),
  );
  const clear = { principal: undefined, use: undefined };
  return (
    <Page
      title={asset === '' ? 'Who accessed' : `Who accessed ${asset}?`}
      actions={
        query !== undefined && (
          <>
            <CommandButton commands={commandsOf(asset, query)} />
            <EvidenceButton query={query} subject={asset} />
          </>
        )
      }
    >
      <div className="access-head">
        <AssetField asset={asset} onAsk={(asked) => change({ ...clear, asset: asked })} />
        {query !== undefined && (
          <TimeRange
            span={{
              range: params.get('range') ?? undefined,
              from: params.get('from') ?? undefined,
              to: params.get('to') ?? undefined,
            }}
            ranges={ranges}
            onChange={({ range, from, to }) => change({ range, from, to })}
          />
        )}
      </div>
      {query === undefined ? (
        <EmptyState icon={BookKey} title="Who touched what belongs to whom?">
          An asset is a pair of an encryption context, such as <code>customer=4711</code>. This page finds
          every use of a key for it, tells direct use from data keys that were handed out, and proves in your
          browser that no use was left out. That nobody touched it is proven in the same way.
        </EmptyState>
      ) : proof.error !== undefined ? (
        <ErrorState error={proof.error} onRetry={proof.refresh} />
      ) : proof.value === undefined ? (
        <Loading label="Asking for every event, with the proof" lines={10} />
      ) : (
        <AccessResult
          asset={query.asset}
          hasWindow={query.from !== undefined || query.to !== undefined}
          proof={proof.value}
          onAgain={proof.refresh}
          principal={params.get('principal') ?? undefined}
          use={params.get('use') ?? ''}
          change={change}
        />
      )}
    </Page>
  );
}

type AssetQuery = Pick<AnswerQuery, 'from' | 'to'> & { readonly asset: NonNullable<AnswerQuery['asset']> };

/** What the address asks about; “up to now” is meant as of when it was asked. */
function useAnswerQuery(params: URLSearchParams): AssetQuery | undefined {
  const [range, from, to] = ['range', 'from', 'to'].map((name) => params.get(name) ?? '');
  const asset = params.get('asset')?.trim() ?? '';
  const text = JSON.stringify([asset, range, from, to]);
  const [asked, setAsked] = useState(() => ({ text, atMs: Date.now() }));
  if (asked.text !== text) setAsked({ text, atMs: Date.now() });
  const split = asset.indexOf('=');
  if (split < 1) return undefined;
  const days = Number(/^(\d{1,4})d$/.exec(range ?? '')?.[1]);
  const start = Number.isNaN(days) ? instantIn(from) : new Date(asked.atMs - days * dayMs).toISOString();
  const end = Number.isNaN(days) ? instantIn(to) : undefined;
  return {
    asset: { name: asset.slice(0, split), value: asset.slice(split + 1) },
    ...(start === undefined ? {} : { from: start }),
    ...(end === undefined ? {} : { to: end }),
  };
}

function instantIn(text: string | undefined): string | undefined {
  const timeMs = Date.parse(text ?? '');
  return Number.isNaN(timeMs) ? undefined : new Date(timeMs).toISOString();
}

function commandsOf(
  asset: string,
  { from, to }: AssetQuery,
): readonly { readonly label: string; readonly line: string }[] {
  const span = [...option('--from', from), ...option('--to', to)];
  const subject = ['--asset', asset, ...span];
  return [
    { label: 'At a glance', line: commandLine('keywitness', 'audit', 'access', asset, ...span) },
    {
      label: 'With the proof, checked offline',
      line: `${commandLine('keywitness', 'audit', 'list', ...subject, '--prove', '-o', 'answer.kwa')} && keywitness audit check answer.kwa --key log.vkey`,
    },
    {
      label: 'A bundle of evidence, with a PDF',
      line: commandLine('keywitness', 'evidence', 'export', ...subject, '-o', 'case.kwz'),
    },
  ];
}
