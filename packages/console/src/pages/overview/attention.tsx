import type { KeyNeed, KeySummary } from '@keywitness/api';
import { type LucideIcon, MoonStar, RefreshCw, Trash2, Upload } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { Link } from 'wouter';
import { useApi } from '../../api/index.ts';
import { Answer, Health, Section, Time } from '../../components/index.ts';
import { countText } from '../../formats/index.ts';
import { places } from '../../places/index.ts';

interface NeedWords {
  readonly need: KeyNeed;
  readonly icon: LucideIcon;
  readonly label: string;
  readonly noteOf: (key: KeySummary) => ReactNode;
}

const needs: readonly NeedWords[] = [
  {
    need: 'deletion',
    icon: Trash2,
    label: 'Will be deleted',
    noteOf: ({ deletionAt }) => instant(deletionAt),
  },
  {
    need: 'rotation',
    icon: RefreshCw,
    label: 'Rotation overdue or off',
    noteOf: ({ nextRotationAt, rotationEnabled }) =>
      rotationEnabled ? instant(nextRotationAt) : 'no automatic rotation',
  },
  {
    need: 'import',
    icon: Upload,
    label: 'Material to be imported',
    noteOf: ({ materialExpiresAt }) => instant(materialExpiresAt) ?? 'has none',
  },
  {
    need: 'unused',
    icon: MoonStar,
    label: 'Unused for 90 days',
    noteOf: ({ lastUsedAt }) => instant(lastUsedAt) ?? 'never used',
  },
];

const askedFor = 50;
const shownMax = 3;
const refreshMs = 60_000;

/** Keys that want something done about them. */
export function Attention(): ReactElement {
  const state = useApi(
    ['overview.attention'],
    ({ client }) =>
      Promise.all(
        needs.map(async (words) => ({
          words,
          page: await client.keys.listPage({ needs: words.need, limit: askedFor }),
        })),
      ),
    { refreshMs },
  );
  return (
    <Section title="Keys needing attention" actions={<Link href={places.keys}>All keys</Link>}>
      <Answer state={state} isPart>
        {(found) => {
          const some = found.filter(({ page }) => page.keys.length > 0);
          if (some.length === 0) return <Health tone="good">No key needs anything</Health>;
          return (
            <div className="overview-needs">
              {some.map(({ page, words }) => (
                <Need key={words.need} words={words} keys={page.keys} hasMore={page.next !== undefined} />
              ))}
            </div>
          );
        }}
      </Answer>
    </Section>
  );
}

interface NeedProps {
  readonly words: NeedWords;
  readonly keys: readonly KeySummary[];
  readonly hasMore: boolean;
}

function Need({ words: { icon: Icon, label, need, noteOf }, keys, hasMore }: NeedProps): ReactElement {
  return (
    <div>
      <h3 className="overview-need">
        <Icon size={14} aria-hidden="true" />
        <Link href={`${places.keys}?needs=${need}`}>{label}</Link>
        <span className="overview-count">{`${countText(keys.length)}${hasMore ? '+' : ''}`}</span>
      </h3>
      <ul className="overview-list">
        {keys.slice(0, shownMax).map((key) => (
          <li key={key.arn} className="overview-key">
            <Link href={places.key(key.keyId)} className="overview-name" title={key.arn}>
              {key.aliases[0] ?? key.keyId}
            </Link>
            <span className="overview-note">{noteOf(key)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function instant(at: string | undefined): ReactNode {
  return at === undefined ? undefined : <Time at={at} show="relative" />;
}
