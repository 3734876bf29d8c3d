import { Clock3, ShieldCheck, UserRoundX } from 'lucide-react';
import { type ReactElement, useMemo } from 'react';
import {
  Arn,
  Badge,
  type Column,
  Columns,
  DataTable,
  EmptyState,
  eventExportColumns,
  ExportMenu,
  FilterChips,
  LogKey,
  Outcome,
  ProofSteps,
  ProofVerdict,
  Section,
  Segments,
  Stat,
  Stats,
  Time,
} from '../../components/index.ts';
import { actorName, countOf, countText, instantText, operationName, shortArn } from '../../formats/index.ts';
import { places } from '../../places/index.ts';
import { type AnswerProof, fingerprintOf, pinKeys, usePinnedKeys } from '../../proof/index.ts';
import { type AccessGroup, type GradedEvent, gradedEvents, groupsOf, principalOf } from './access-groups.ts';

interface AccessResultProps {
  readonly asset: { readonly name: string; readonly value: string };
  /** Whether only a part of the time was asked about. */
  readonly hasWindow: boolean;
  readonly proof: AnswerProof;
  readonly onAgain: () => Promise<void>;
  /** Whose events are shown; everybody's without. */
  readonly principal: string | undefined;
  /** `exact`, `set` or `lease`; all without. */
  readonly use: string;
  readonly change: (texts: Readonly<Record<string, string | undefined>>) => void;
}

/** What a complete answer says: who, how, how often, and every event; and what it was checked by. */
export function AccessResult(props: AccessResultProps): ReactElement {
  const { asset, proof } = props;
  const events = useMemo(() => gradedEvents(proof.entries, asset), [proof.entries, asset]);
  return (
    <Columns shape="side">
      <div className="access-main">
        {proof.state !== 'holds' ? (
          <ProofVerdict state={proof.state} words={refusalWords(proof)} />
        ) : events.length === 0 ? (
          <Nobody {...props} />
        ) : (
          <Accesses {...props} events={events} />
        )}
      </div>
      <div className="access-side">
        <Proof {...props} />
      </div>
    </Columns>
  );
}

function refusalWords({ state }: AnswerProof): string {
  return state === 'fails'
    ? 'The answer is not shown, because it is not proven to be complete. The steps beside say what does not hold.'
    : 'There is no key to check the answer with, so it is not shown. Pin the log’s key first.';
}

function Nobody({ asset, hasWindow, proof }: AccessResultProps): ReactElement {
  const name = `${asset.name}=${asset.value}`;
  return (
    <EmptyState
      icon={UserRoundX}
      title={hasWindow && proof.count > 0 ? `Nobody touched ${name} in this time` : `Nobody touched ${name}`}
    >
      <p>
        This is proven: {upTo(proof)}, no attempt, allowed or not, named it
        {hasWindow && proof.count > 0 ? ' in this time' : ''}.
        {proof.count > 0 && ` The log has ${countOf(proof.count, 'event')} about it at other times.`}
      </p>
      {hasWindow && proof.count > 0 && (
        <p>Data keys that were handed out before may have been used in it: look at all of the time.</p>
      )}
    </EmptyState>
  );
}

/** `up to entry 10,616 of the log, signed at …` */
function upTo({ size = 0, signedAt }: AnswerProof): string {
  const entry = `up to entry ${countText(Math.max(0, size - 1))} of the log`;
  if (signedAt === undefined) return entry;
  const { day, time, zone } = instantText(new Date(signedAt), 'utc');
  return `${entry}, signed at ${day} ${time} ${zone}`;
}

interface AccessesProps extends AccessResultProps {
  readonly events: readonly GradedEvent[];
}

function Accesses(props: AccessesProps): ReactElement {
  const { asset, events, proof, principal, change } = props;
  const groups = useMemo(() => groupsOf(events), [events]);
  return (
    <>
      <div className="access-claim">
        <ShieldCheck size={18} aria-hidden="true" />
        <p>
          <strong>{claimOf(groups, `${asset.name}=${asset.value}`)}</strong> In{' '}
          {countOf(events.length, 'event')}. None was left out, {upTo(proof)}.
        </p>
      </div>
      <Sums groups={groups} />
      <Section title="Who" isBare about="whoever was there last comes first; a row shows its events alone">
        <DataTable
          label="Principals"
          columns={groupColumns}
          rows={groups}
          keyOf={(group) => group.principal}
          selectedKey={principal}
          onOpen={(group) =>
            change({ principal: group.principal === principal ? undefined : group.principal })
          }
        />
      </Section>
      <EventSection {...props} />
    </>
  );
}

/** Who accessed it, told from those who only tried. */
function claimOf(groups: readonly AccessGroup[], name: string): string {
  const accessed = groups.filter(({ allowed }) => allowed > 0).length;
  const tried = groups.length - accessed;
  const others = tried === 0 ? '' : `; ${countOf(tried, 'other')} tried in vain`;
  return accessed === 0
    ? `Nobody accessed ${name}; ${countOf(tried, 'principal')} tried in vain.`
    : `${countOf(accessed, 'principal')} accessed ${name}${others}.`;
}

/** Direct use and what was handed out for later, told apart. */
function Sums({ groups }: { readonly groups: readonly AccessGroup[] }): ReactElement {
  const sum = (of: (group: AccessGroup) => number): number =>
    groups.reduce((total, group) => total + of(group), 0);
  const leases = sum((group) => group.leases);
  return (
    <>
      <Stats>
        <Stat
          label="Direct, this asset alone"
          value={countText(sum((group) => group.exact))}
          note="asset-exact"
        />
        <Stat label="Direct, among others" value={countText(sum((group) => group.set))} note="asset-set" />
        <Stat label="Handed out for later use" value={countText(leases)} note="lease" />
        <Stat
          label="Refused or failed"
          value={countText(sum((group) => group.refused))}
          note="not accessed"
        />
      </Stats>
      {leases > 0 && (
        <p className="access-lease">
          <Clock3 size={15} aria-hidden="true" />
          <span>
            After {countText(leases)} of these uses the caller held a data key, or a text that may be one.
            With it the asset can be read any number of times, by whoever it was handed to, and no event says
            so.
          </span>
        </p>
      )}
    </>
  );
}

function EventSection({ asset, events, principal, use, change }: AccessesProps): ReactElement {
  const shown = events.filter((row) => isOfUse(row, use) && isBy(row, principal));
  return (
    <Section
      title="Events"
      isBare
      actions={
        <>
          <Segments
            label="Kind of use"
            value={use}
            options={uses}
            onChange={(value) => change({ use: value })}
          />
          <ExportMenu name={`access-${asset.name}-${asset.value}`} rows={shown} columns={exportColumns} />
        </>
      }
    >
      <FilterChips
        filters={
          principal === undefined
            ? []
            : [{ name: 'principal', label: 'Principal', value: shortArn(principal) }]
        }
        onRemove={() => change({ principal: undefined })}
        onClear={() => change({ principal: undefined, use: undefined })}
      />
      {shown.length === 0 ? (
        <EmptyState title="None of this kind" />
      ) : (
        <DataTable
          label="Events"
          columns={gradedColumns}
          rows={shown}
          keyOf={({ event }) => event.id}
          hrefOf={({ event }) => places.event(event.id)}
        />
      )}
    </Section>
  );
}

const uses = [
  { value: '', label: 'All' },
  { value: 'exact', label: 'This asset alone' },
  { value: 'set', label: 'Among others' },
  { value: 'lease', label: 'Leases' },
] as const;

function isOfUse({ grade, lease }: GradedEvent, use: string): boolean {
  if (use === 'lease') return lease;
  return use === 'exact' || use === 'set' ? grade === `asset-${use}` : true;
}

function isBy({ event }: GradedEvent, principal: string | undefined): boolean {
  return principal === undefined || principalOf(event) === principal;
}

function number(
  id: string,
  title: string,
  width: number,
  of: (group: AccessGroup) => number,
): Column<AccessGroup> {
  return { id, title, width, isNumber: true, cell: (group) => countText(of(group)) };
}

const groupColumns: readonly Column<AccessGroup>[] = [
  {
    id: 'principal',
    title: 'Principal',
    width: 120,
    grow: 1,
    cell: ({ principal, name }) => <Arn arn={principal} label={name} isLink={false} />,
  },
  number('exact', 'Alone', 56, ({ exact }) => exact),
  number('set', 'Among others', 94, ({ set }) => set),
  number('leases', 'Leases', 56, ({ leases }) => leases),
  number('refused', 'Refused', 60, ({ refused }) => refused),
  {
    id: 'first',
    title: 'First',
    width: 84,
    isMinor: true,
    cell: ({ firstAt }) => <Time at={firstAt} show="day" />,
  },
  { id: 'last', title: 'Last', width: 150, cell: ({ lastAt }) => <Time at={lastAt} /> },
];

const gradedColumns: readonly Column<GradedEvent>[] = [
  { id: 'time', title: 'Time', width: 150, cell: ({ event }) => <Time at={event.time} /> },
  { id: 'who', title: 'Who', width: 100, grow: 1, cell: ({ event }) => actorName(event) },
  { id: 'what', title: 'What', width: 124, grow: 1, cell: ({ event }) => operationName(event) },
  {
    id: 'use',
    title: 'Use',
    width: 146,
    cell: ({ grade, lease }) => (
      <span className="access-grade">
        <Badge>{grade === 'asset-exact' ? 'alone' : 'among others'}</Badge>
        {lease && <Badge tone="attention">lease</Badge>}
      </span>
    ),
  },
  {
    id: 'outcome',
    title: 'Outcome',
    width: 110,
    grow: 1,
    cell: ({ event }) => <Outcome outcome={event.outcome} code={event.error?.code} />,
  },
];

const exportColumns = [
  ...eventExportColumns,
  { name: 'grade', valueOf: (row: GradedEvent) => row.grade },
  { name: 'lease', valueOf: (row: GradedEvent) => row.lease },
];

function Proof({ proof, onAgain }: AccessResultProps): ReactElement {
  const pin = usePinnedKeys();
  return (
    <>
      <Section title="Verification" about="by this browser">
        {proof.state === 'holds' && <ProofVerdict state="holds" words={`Complete, ${upTo(proof)}.`} />}
        <ProofSteps steps={proof.steps} />
      </Section>
      <Section title="The log’s key">
        <LogKey
          pin={pin}
          fingerprint={pin === undefined ? undefined : fingerprintOf(pin.text)}
          onPin={(text) => {
            pinKeys(text, 'given', new Date());
            onAgain().catch(ignoreShown);
          }}
        />
      </Section>
    </>
  );
}

/** The error is in the state, and shown. */
function ignoreShown(): void {}
