import { History } from 'lucide-react';
import type { ReactElement } from 'react';
import type { EventSummary } from '@keywitness/api';
import { type ApiState, useApi } from '../../api/index.ts';
import {
  Answer,
  Badge,
  CopyButton,
  EmptyState,
  ErrorState,
  ExportMenu,
  Loading,
  Section,
  Time,
  TimeChart,
} from '../../components/index.ts';
import { countOf, type ExportColumn } from '../../formats/index.ts';
import { OlderUsers } from './older-users.tsx';
import { RotationActions } from './rotation-actions.tsx';
import type { PartProps } from './subject.ts';
import { daysShown, daysUntil, seriesOf, type Version, versionsOf } from './versions.ts';

const windowDays = 90;
const scan = 50_000;
const pagesMax = 20;

const exported: readonly ExportColumn<Version>[] = [
  { name: 'version', valueOf: ({ number }) => number },
  { name: 'materialId', valueOf: ({ materialId }) => materialId },
  { name: 'state', valueOf: ({ state }) => state },
  { name: 'since', valueOf: ({ since }) => instantOf(since) },
  { name: 'until', valueOf: ({ until }) => instantOf(until) },
  { name: 'rotated', valueOf: ({ by }) => by },
  { name: 'expires', valueOf: ({ expiresAt }) => instantOf(expiresAt) },
  { name: 'requests', valueOf: ({ use }) => use?.count },
  { name: 'lastRequest', valueOf: ({ use }) => use?.lastAt },
];

function instantOf(atMs: number | undefined): string | undefined {
  return atMs === undefined ? undefined : new Date(atMs).toISOString();
}

/** The versions of a key over time: since when each is used, how much, and by whom the old ones still are. */
export function RotationPart({ subject }: PartProps): ReactElement {
  const { arn, region, metadata } = subject;
  const rotations = useApi(['key-rotations', arn], async ({ kms }) => {
    const all = [];
    let marker: string | undefined;
    for (let page = 0; page < pagesMax; page += 1) {
      const { NextMarker, Rotations = [] } = await kms(
        'ListKeyRotations',
        {
          KeyId: arn,
          IncludeKeyMaterial: 'ALL_KEY_MATERIAL',
          ...(marker === undefined ? {} : { Marker: marker }),
        },
        { region },
      );
      all.push(...Rotations);
      marker = NextMarker;
      if (marker === undefined) break;
    }
    return all;
  });
  const uses = useApi(['key-material-use', arn], ({ client }) => {
    const from = new Date(daysUntil(Date.now(), windowDays)[0] ?? 0).toISOString();
    return client.record.summary({ key: arn, by: ['material'], over: 'day', top: 100, scan, from });
  });
  return (
    <>
      <RotationActions subject={subject} onRotated={rotations.refresh} />
      <Answer state={rotations} lines={8}>
        {(entries) => {
          const values = uses.value?.fields.material?.values ?? [];
          const versions = versionsOf(entries, metadata.CreationDate, values);
          return (
            <>
              <UseOverTime versions={versions} uses={uses} createdAt={metadata.CreationDate} />
              <Section
                title="Versions"
                about="New things are encrypted with the current one; older ones decrypt what they encrypted."
                actions={<ExportMenu name="key-versions" rows={versions} columns={exported} />}
              >
                {versions.length === 0 ? (
                  <EmptyState icon={History} title="It has no material yet">
                    A version appears here when material is imported.
                  </EmptyState>
                ) : (
                  <ol className="key-versions">
                    {versions.map((version) => (
                      <VersionRow
                        key={version.materialId}
                        subject={subject}
                        version={version}
                        isUseKnown={uses.value !== undefined}
                      />
                    ))}
                  </ol>
                )}
              </Section>
            </>
          );
        }}
      </Answer>
    </>
  );
}

interface UseOverTimeProps {
  readonly versions: readonly Version[];
  readonly uses: ApiState<EventSummary>;
  /** Of the key, in seconds. */
  readonly createdAt: number | undefined;
}

function UseOverTime({ versions, uses, createdAt }: UseOverTimeProps): ReactElement {
  const daysMs = daysUntil(Date.now(), daysShown(createdAt, Date.now(), windowDays));
  const older = versions
    .filter(({ isCurrent }) => !isCurrent)
    .reduce((sum, { use }) => sum + (use?.count ?? 0), 0);
  return (
    <Section title="Use per version" about={`Requests a day in the last ${windowDays} days.`}>
      {uses.error !== undefined && <ErrorState error={uses.error} onRetry={uses.refresh} isInline />}
      {uses.value === undefined && uses.error === undefined && <Loading lines={3} />}
      {uses.value !== undefined && (
        <>
          <TimeChart
            label={`Requests a day by version; ${countOf(older, 'request')} with older ones`}
            heightPx={150}
            timesMs={daysMs}
            series={seriesOf(versions, daysMs)}
          />
          {!uses.value.isComplete && (
            <p className="key-note">
              {`Of the newest ${countOf(uses.value.matchedScanned, 'event')} of the key; there are more.`}
            </p>
          )}
        </>
      )}
    </Section>
  );
}

const kinds: ReadonlyMap<string, string> = new Map([
  ['ON_DEMAND', 'rotated by hand'],
  ['AUTOMATIC', 'rotated by itself'],
]);

interface VersionRowProps extends PartProps {
  readonly version: Version;
  readonly isUseKnown: boolean;
}

function VersionRow({ subject, version, isUseKnown }: VersionRowProps): ReactElement {
  const { by, description, expiresAt, isCurrent, materialId, number, since, state, until, use } = version;
  const isPending = state.startsWith('PENDING');
  return (
    <li className="key-version" data-current={isCurrent || undefined}>
      <span className="key-version-dot" aria-hidden="true" />
      <div className="key-version-body">
        <div className="key-version-head">
          <strong>{`Version ${number}`}</strong>
          {isCurrent && <Badge tone="accent">Current</Badge>}
          {isPending && <Badge tone="attention">Pending</Badge>}
          {since !== undefined && (
            <span>
              since <Time at={new Date(since)} />
            </span>
          )}
          <span className="key-note">{by === undefined ? 'first material' : (kinds.get(by) ?? by)}</span>
          {expiresAt !== undefined && (
            <span className="key-note">
              expires <Time at={new Date(expiresAt)} show="day" />
            </span>
          )}
        </div>
        <div className="key-note">
          <span className="mono" title={materialId}>{`${materialId.slice(0, 16)}…`}</span>{' '}
          <CopyButton text={materialId} what="the material’s id" />
          {description !== undefined && ` ${description}`}
        </div>
        {isUseKnown && (
          <div>
            {use === undefined ? (
              `No use in the last ${windowDays} days.`
            ) : (
              <>
                {`${countOf(use.count, 'request')} in the last ${windowDays} days`}
                {use.lastAt !== undefined && (
                  <>
                    , last <Time at={use.lastAt} show="relative" />
                  </>
                )}
                .
              </>
            )}
          </div>
        )}
        {until !== undefined && use !== undefined && (
          <OlderUsers subject={subject} materialId={materialId} number={number} until={until} />
        )}
      </div>
    </li>
  );
}
