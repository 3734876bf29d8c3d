import { Equal, TrendingDown, TrendingUp } from 'lucide-react';
import { type AccessChange, type DiffAnswer, sayCondition } from '@keywitness/api';
import type { ReactElement } from 'react';
import { Arn, Badge, EmptyState } from '../../components/index.ts';
import { countOf } from '../../formats/index.ts';
import { changesByPrincipal } from './principal-changes.ts';

/** Who can do more and who can do less when a policy takes the place of another one. */
export function AccessChanges({ answer }: { readonly answer: DiffAnswer }): ReactElement {
  const { altered, asked, cut, gains, losses } = answer;
  if (gains.length + losses.length + altered.length === 0) {
    return (
      <EmptyState icon={Equal} title="Nobody gains, nobody loses">
        {`${countOf(asked, 'question')} of who may do what have the same answer as before.`}
      </EmptyState>
    );
  }
  return (
    <div className="key-column">
      <Changes title="Lose" changes={losses} />
      <Changes title="Gain" changes={gains} />
      <Changes title="Under other conditions" changes={altered} />
      {cut > 0 && (
        <p className="key-note">{`${countOf(cut, 'question')} were not asked: there are too many.`}</p>
      )}
    </div>
  );
}

interface ChangesProps {
  readonly title: 'Lose' | 'Gain' | 'Under other conditions';
  readonly changes: readonly AccessChange[];
}

const icons = { Lose: TrendingDown, Gain: TrendingUp, 'Under other conditions': Equal } as const;

function Changes({ title, changes }: ChangesProps): ReactElement | null {
  if (changes.length === 0) return null;
  return (
    <section aria-label={title}>
      <h3 className="key-changes-title">
        <Badge tone={title === 'Gain' ? 'accent' : 'attention'} icon={icons[title]}>
          {title}
        </Badge>
      </h3>
      <ul className="key-changes">
        {changesByPrincipal(changes).map(({ principal, actions, conditions }) => (
          <li key={principal}>
            <Arn arn={principal} />
            <span className="key-actions">
              {actions.map((action) => (
                <code key={action}>{action.replace(/^kms:/, '')}</code>
              ))}
            </span>
            {conditions.length > 0 && <p className="key-note">{conditions.map(sayCondition).join('; ')}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}
