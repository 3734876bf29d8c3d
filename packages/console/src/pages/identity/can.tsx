import { type OpenCondition, sayCondition, type WhatCanAnswer } from '@keywitness/api';
import type { ReactElement, ReactNode } from 'react';
import { Link } from 'wouter';
import { useApi } from '../../api/index.ts';
import { Answer, Arn, Badge, EmptyState, Section } from '../../components/index.ts';
import { countOf } from '../../formats/index.ts';
import { placeOfArn } from '../../places/index.ts';
import { actionNames } from './action-names.ts';
import { useKeyNames } from './use-key-names.ts';
import type { Whose } from './whose.ts';

const keysShown = 6;

/** What somebody may do by the policies and grants in force. */
export function Can({ whose }: { readonly whose: Whose }): ReactElement {
  const state = useApi(['identity.can', whose.arn], ({ client }) =>
    client.access.whatCan({ principal: whose.arn }),
  );
  return (
    <Section
      title="What it can do"
      about="with keys and the record, by the policies, grants and guardrails in force"
    >
      <Answer state={state} lines={6} isPart>
        {(answer) => <Answers answer={answer} />}
      </Answer>
    </Section>
  );
}

function Answers({ answer: { cut, keys, other, roles } }: { readonly answer: WhatCanAnswer }): ReactElement {
  const assumable = roles.filter(({ possibility }) => possibility !== 'no');
  if (keys.length + other.yes.length + other.if.length + assumable.length === 0) {
    return (
      <EmptyState title="It can do nothing">
        No policy and no grant allows it anything, or it is disabled. Key policies allow it things by its ARN.
      </EmptyState>
    );
  }
  return (
    <div className="identity-can">
      {keys.map((group) => (
        <Ability
          key={group.keys.join()}
          on={<Keys arns={group.keys} />}
          yes={group.yes}
          maybe={group.if}
          conditions={group.conditions}
        />
      ))}
      {other.yes.length + other.if.length > 0 && (
        <Ability on="On no key in particular" yes={other.yes} maybe={other.if} conditions={[]} />
      )}
      {assumable.length > 0 && (
        <div className="identity-ability">
          <div>Become</div>
          <ul className="identity-lines">
            {assumable.map((role) => (
              <li key={role.principal}>
                <Arn arn={role.principal} /> {role.possibility === 'if' && <Badge>depends</Badge>}
                <Conditions conditions={role.conditions} />
              </li>
            ))}
          </ul>
        </div>
      )}
      {cut > 0 && <p className="identity-note">Not looked at: {countOf(cut, 'more key')}.</p>}
    </div>
  );
}

interface AbilityProps {
  readonly on: ReactNode;
  readonly yes: readonly string[];
  readonly maybe: readonly string[];
  readonly conditions: readonly OpenCondition[];
}

function Ability({ on, yes, maybe, conditions }: AbilityProps): ReactElement {
  return (
    <div className="identity-ability">
      <div>{on}</div>
      <div className="identity-lines">
        {yes.length > 0 && <p className="identity-actions">{actionNames(yes)}</p>}
        {maybe.length > 0 && (
          <div>
            <Badge>depends</Badge> <span className="identity-actions">{actionNames(maybe)}</span>
            <Conditions conditions={conditions} />
          </div>
        )}
      </div>
    </div>
  );
}

function Conditions({ conditions }: { readonly conditions: readonly OpenCondition[] }): ReactElement | null {
  if (conditions.length === 0) return null;
  const said = [...new Set(conditions.map(sayCondition))];
  return (
    <ul className="identity-conditions">
      {said.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}

function Keys({ arns }: { readonly arns: readonly string[] }): ReactElement {
  const rest = arns.length - keysShown;
  return (
    <ul className="identity-keys">
      {arns.slice(0, keysShown).map((arn) => (
        <li key={arn}>
          <KeyLink arn={arn} />
        </li>
      ))}
      {rest > 0 && <li className="identity-note">and {countOf(rest, 'more key')}</li>}
    </ul>
  );
}

function KeyLink({ arn }: { readonly arn: string }): ReactElement {
  const name = useKeyNames()(arn);
  const place = placeOfArn(arn);
  return place === undefined ? (
    <span title={arn}>{name}</span>
  ) : (
    <Link href={place} title={arn}>
      {name}
    </Link>
  );
}
