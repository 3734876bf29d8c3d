import { knownConditionKey } from './condition-keys.ts';
import type { ConditionElement, Statement } from './document.ts';
import { concernsOtherServices, kmsActionsOf } from './known-actions.ts';
import type { Finding } from './lint-warning.ts';

/** Conditions that say nothing, or that no request meets. */
export function lintConditions(statement: Statement): readonly Finding[] {
  const { conditions } = statement;
  const names = [...new Set(conditions.map(({ key }) => key.toLowerCase()))];
  return names.flatMap((name) => {
    const own = conditions.filter(({ key }) => key.toLowerCase() === name);
    const key = own[0]?.key ?? name;
    const absence = whyAbsent(statement, key);
    const findings: Finding[] = absence === undefined ? [] : [absence];
    if (own.some(needsAbsence) && own.some(needsPresence)) {
      const message = `the conditions on \`${key}\` ask for it to be there and not to be there`;
      findings.push({ code: 'never-matches', message });
    } else if (absence?.code === 'unused-condition-key' && own.some(needsPresence)) {
      const message = `a condition asks for \`${key}\`, which none of these requests has`;
      findings.push({ code: 'never-matches', message });
    }
    return findings;
  });
}

function whyAbsent(statement: Statement, key: string): Finding | undefined {
  const known = knownConditionKey(key);
  if (known === undefined) {
    return { code: 'unknown-condition-key', message: `no request is known to have the key \`${key}\`` };
  }
  if (!known.provided) {
    return { code: 'unused-condition-key', message: `no request to this service has the key \`${key}\`` };
  }
  const { actions } = known;
  if (actions === undefined || concernsOtherServices(statement)) return undefined;
  if (kmsActionsOf(statement).some((action) => actions.includes(action))) return undefined;
  return { code: 'unused-condition-key', message: `no action of the statement goes with the key \`${key}\`` };
}

function needsAbsence({ operator, values }: ConditionElement): boolean {
  return operator.name === 'Null' && values.every((value) => value.toLowerCase() === 'true');
}

/** Whether the condition does not hold for a request that has not the key. */
function needsPresence({ operator, values }: ConditionElement): boolean {
  const { name, quantifier, ifExists } = operator;
  if (name === 'Null') return values.every((value) => value.toLowerCase() === 'false');
  if (quantifier === 'ForAllValues' || ifExists) return false;
  return quantifier === 'ForAnyValue' || !/Not/.test(name);
}
