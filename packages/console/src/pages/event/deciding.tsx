import type { AuditEvent, EventDecision, ExplainedDecision } from '@keywitness/api';
import { ApiError, sayDecision, sayNearMiss } from '@keywitness/api';
import { sha256 } from '@keywitness/log';
import { Ban, Check } from 'lucide-react';
import { type ReactElement, useEffect, useRef } from 'react';
import { type ApiState, useApi } from '../../api/index.ts';
import { Arn, Badge, CodeBlock, ErrorState, Loading, Section } from '../../components/index.ts';
import { hexOf } from '../../proof/index.ts';
import { policyText } from './policy-text.ts';
import { Said } from './said.tsx';

/** Why it ended as it did: each decision of policy, the statement that took it, and what policy would say now. */
export function Deciding({ event }: { readonly event: AuditEvent }): ReactElement {
  const decisions = event.decisions ?? [];
  const explained = useApi(decisions.length === 0 ? null : ['explain', event.id], ({ client }) =>
    client.access.explain(event.id),
  );
  return (
    <Section title="Why" about={decisions.length > 1 ? `${decisions.length} decisions, in order` : undefined}>
      {decisions.length === 0 ? (
        <p className="quiet">{whyWithout(event)}</p>
      ) : (
        <ol className="event-decisions">
          {decisions.map((decision, at) => (
            // oxlint-disable-next-line react/no-array-index-key -- decisions are told apart by their order alone
            <li key={at}>
              <Decision decision={decision} explained={explained.value?.decisions[at]} />
            </li>
          ))}
        </ol>
      )}
      <NotExplained explained={explained} />
    </Section>
  );
}

function whyWithout({ outcome, error, actor }: AuditEvent): string {
  if (actor.type === 'system') return 'The service did this by itself; no policy was asked.';
  return outcome === 'success'
    ? 'It needed no permission; no policy was asked.'
    : `It ended before a policy was asked: ${error?.message ?? 'no reason is recorded'}.`;
}

interface DecisionProps {
  readonly decision: EventDecision;
  readonly explained: ExplainedDecision | undefined;
}

function Decision({ decision, explained }: DecisionProps): ReactElement {
  const isAllowed = decision.effect === 'allow';
  const Icon = isAllowed ? Check : Ban;
  const { policySha256 } = decision;
  return (
    <div className="event-decision">
      <p className={isAllowed ? 'event-effect outcome-success' : 'event-effect outcome-denied'}>
        <Icon size={15} strokeWidth={2.3} aria-hidden="true" />
        <span>
          <Said text={sentenceOf(decision, explained)} />
        </span>
      </p>
      <p className="event-asked">
        <code>{decision.permission}</code> on <Arn arn={decision.resource} />
      </p>
      {policySha256 !== undefined && <PolicyDocument sha256={policySha256} statement={decision.statement} />}
      {explained?.now !== undefined && <Now decision={decision} now={explained.now} />}
      {explained?.notAskedAgain !== undefined && (
        <p className="event-now quiet">It cannot be asked again: {explained.notAskedAgain}.</p>
      )}
    </div>
  );
}

/** From the event itself; what the service adds is where the policy hangs, and nothing that contradicts the record. */
function sentenceOf(decision: EventDecision, explained: ExplainedDecision | undefined): string {
  const { effect, policyKind = 'identity-based', policy, statement = '?', policySha256 } = decision;
  const origin = explained?.by?.policySha256 === policySha256 ? explained?.by?.origin : undefined;
  return capital(
    sayDecision(
      policy === undefined
        ? { effect, missing: policyKind }
        : { effect, by: { policyKind, policy, statement, origin } },
    ),
  );
}

interface NowProps {
  readonly decision: EventDecision;
  readonly now: NonNullable<ExplainedDecision['now']>;
}

function Now({ decision, now }: NowProps): ReactElement {
  const isSame = (decision.effect === 'allow') === (now.effect === 'allow');
  return (
    <div className="event-now">
      <p>
        {isSame ? <Badge>the same today</Badge> : <Badge tone="attention">other today</Badge>}{' '}
        <Said text={`By the policies in force now it would be ${sayDecision(now)}.`} />
      </p>
      {now.nearMisses.length > 0 && (
        <ul className="event-misses" aria-label="Statements that nearly decided">
          {now.nearMisses.map((miss) => (
            <li key={`${miss.policy} ${miss.statement} ${miss.element}`}>
              <Said text={capital(sayNearMiss(miss))} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The policy to the letter as it was when it decided: its SHA-256 is in the event, and checked here. */
function PolicyDocument({
  sha256: name,
  statement,
}: {
  readonly sha256: string;
  readonly statement: string | undefined;
}): ReactElement {
  const found = useApi(['document', name], ({ client }) => client.evidence.getDocument(name));
  const mark = useRef<HTMLElement>(null);
  const document = found.value?.document;
  useEffect(() => {
    const element = mark.current;
    const box = element?.closest('pre') ?? undefined;
    if (element !== null && box !== undefined) box.scrollTop = element.offsetTop - box.clientHeight / 3;
  }, [document]);
  if (found.error !== undefined) {
    return found.error instanceof ApiError && found.error.code === 'NotFound' ? (
      <p className="quiet">The text of this policy is not kept.</p>
    ) : (
      <ErrorState error={found.error} isInline />
    );
  }
  if (document === undefined) return <Loading label="Loading the policy" lines={3} />;
  const isIt = hexOf(sha256(new TextEncoder().encode(document))) === name;
  const text = policyText(document, statement);
  return (
    <div className="event-policy">
      <p className="event-policy-note">
        {isIt ? (
          <Badge tone="good" icon={Check}>
            the text that decided
          </Badge>
        ) : (
          <Badge tone="attention">not the text that decided: its SHA-256 is another one</Badge>
        )}{' '}
        <span className="quiet">
          SHA-256 <Arn arn={name} label={`${name.slice(0, 12)}…`} />
        </span>
      </p>
      <CodeBlock text={document} what="the policy">
        {text.before}
        {text.statement !== '' && (
          <mark ref={mark} className="event-statement">
            {text.statement}
          </mark>
        )}
        {text.behind}
      </CodeBlock>
    </div>
  );
}

/** What the record says stands without it; only what policy says now is missing. */
function NotExplained({ explained }: { readonly explained: ApiState<unknown> }): ReactElement | null {
  return explained.error === undefined ? null : (
    <ErrorState error={explained.error} onRetry={explained.refresh} isInline />
  );
}

function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
