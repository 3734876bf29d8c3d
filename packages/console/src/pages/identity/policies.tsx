import type { AccessWarning, PrincipalPolicy } from '@keywitness/api';
import { ListChecks } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { type ApiState, type IamCaller, useAction, useApi } from '../../api/index.ts';
import { Answer, Badge, Button, CodeBlock, EmptyState, PartError, Section } from '../../components/index.ts';
import { xmlAt, xmlText } from '../../formats/index.ts';
import type { Whose } from './whose.ts';

interface PoliciesProps {
  readonly whose: Whose;
  readonly state: ApiState<{ readonly policies: readonly PrincipalPolicy[] }>;
}

/** The policies of a user or role: its own, with their texts; those that it shares, by name. */
export function Policies({ whose, state }: PoliciesProps): ReactElement {
  const isRole = whose.kind === 'role';
  const shared = useApi(['identity.shared', whose.arn], ({ iam }) => sharedPolicies(iam, whose));
  const [found, setFound] = useState<readonly AccessWarning[]>();
  // It reads the record, so it is done when somebody asks for it.
  const check = useAction(async ({ client }) => {
    const { warnings } = await client.access.lint({ for: `${isRole ? 'role' : 'user'}:${whose.name}` });
    setFound(warnings);
  });
  return (
    <Section
      title="Policies"
      actions={
        <Button
          icon={ListChecks}
          isBusy={check.isRunning}
          onClick={() => {
            check.run(undefined).catch(() => undefined);
          }}
        >
          Check
        </Button>
      }
    >
      <Answer state={state} isPart>
        {({ policies }) =>
          policies.length === 0 ? (
            <EmptyState title="No policy of its own">
              It may do what key policies, shared policies{isRole ? '' : ' and groups'} allow it.
            </EmptyState>
          ) : (
            <div className="identity-policies">
              {policies.map((policy) => (
                <Policy key={policy.name} policy={policy} />
              ))}
            </div>
          )
        }
      </Answer>
      {shared.error !== undefined ? (
        <PartError error={shared.error} onRetry={shared.refresh} />
      ) : (
        <Shared names={shared.value ?? []} />
      )}
      {check.error !== undefined && <PartError error={check.error} />}
      {found !== undefined && <Findings found={found} />}
    </Section>
  );
}

/** A policy with its text, which is opened by whoever wants to read it. */
export function Policy({ policy: { document, name } }: { readonly policy: PrincipalPolicy }): ReactElement {
  return (
    <details className="identity-policy">
      <summary>{name}</summary>
      <CodeBlock text={indented(document)} what={`the policy ${name}`} />
    </details>
  );
}

function Shared({ names }: { readonly names: readonly SharedName[] }): ReactElement | null {
  if (names.length === 0) return null;
  return (
    <ul className="identity-shared">
      {names.map(({ kind, name }) => (
        <li key={`${kind} ${name}`}>
          <Badge>{kind}</Badge> {name}
        </li>
      ))}
    </ul>
  );
}

/** What is likely not meant in them. */
function Findings({ found }: { readonly found: readonly AccessWarning[] }): ReactElement {
  if (found.length === 0) {
    return <p className="identity-note">Nothing is said against them.</p>;
  }
  return (
    <ul className="identity-findings">
      {found.map(({ code, message, statement }) => (
        <li key={`${code} ${statement ?? ''} ${message}`}>
          <Badge tone="attention">{code}</Badge> {message}
        </li>
      ))}
    </ul>
  );
}

interface SharedName {
  readonly kind: 'shared policy' | 'group';
  readonly name: string;
}

/** Managed policies and groups, by IAM. */
async function sharedPolicies(iam: IamCaller, { kind, name }: Whose): Promise<readonly SharedName[]> {
  if (kind === 'role') {
    const attached = await iam('ListAttachedRolePolicies', { RoleName: name });
    return namesIn(attached, 'AttachedPolicies', 'PolicyName', 'shared policy');
  }
  const [attached, groups] = await Promise.all([
    iam('ListAttachedUserPolicies', { UserName: name }),
    iam('ListGroupsForUser', { UserName: name }),
  ]);
  return [
    ...namesIn(attached, 'AttachedPolicies', 'PolicyName', 'shared policy'),
    ...namesIn(groups, 'Groups', 'GroupName', 'group'),
  ];
}

function namesIn(
  result: Parameters<typeof xmlAt>[0],
  list: string,
  member: string,
  kind: SharedName['kind'],
): readonly SharedName[] {
  const members = xmlAt(result, list)?.children ?? [];
  return members.map((each) => ({ kind, name: xmlText(each, member) ?? '' }));
}

function indented(document: string): string {
  try {
    return JSON.stringify(JSON.parse(document), null, 2);
  } catch {
    return document;
  }
}
