import type { ReactElement } from 'react';
import { Link, useLocation } from 'wouter';
import './tab-links.css';

interface TabLinksProps {
  /** What they are parts of, such as `Key`. */
  readonly label: string;
  readonly tabs: readonly {
    readonly label: string;
    readonly href: string;
    readonly count?: number | undefined;
  }[];
}

/** Parts of a page, each with an address of its own. */
export function TabLinks({ label, tabs }: TabLinksProps): ReactElement {
  const [location] = useLocation();
  return (
    <nav className="tabs" aria-label={label}>
      <ul>
        {tabs.map((tab) => (
          <li key={tab.href}>
            <Link
              href={tab.href}
              className="tab"
              aria-current={location === tab.href.split('?')[0] ? 'page' : undefined}
            >
              {tab.label}
              {tab.count !== undefined && <span className="tab-count">{tab.count}</span>}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
