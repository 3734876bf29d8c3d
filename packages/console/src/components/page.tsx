import { ChevronRight } from 'lucide-react';
import { type ReactElement, type ReactNode, useEffect } from 'react';
import { Link } from 'wouter';
import './page.css';

interface PageProps {
  readonly title: string;
  /** Shown instead of the title's text, such as a name with a badge. */
  readonly heading?: ReactNode;
  /** One sentence, or facts, under the title. */
  readonly about?: ReactNode;
  /** Where this page hangs, from the top. */
  readonly trail?: readonly { readonly label: string; readonly href: string }[];
  readonly actions?: ReactNode;
  /** Between the title and the content, such as `TabLinks`. */
  readonly tabs?: ReactNode;
  /** Takes the height of the window, so that a `DataTable` with `height="fill"` scrolls instead of the page. */
  readonly fills?: boolean;
  readonly children: ReactNode;
}

/** The frame of every page: what it is, what can be done, and its content. */
export function Page({
  title,
  heading,
  about,
  trail,
  actions,
  tabs,
  fills = false,
  children,
}: PageProps): ReactElement {
  useEffect(() => {
    document.title = `${title} · Keywitness`;
  }, [title]);
  return (
    <div className={fills ? 'page page-fills' : 'page'}>
      <header className="page-head">
        {trail !== undefined && <Trail trail={trail} />}
        <div className="page-title">
          <h1>{heading ?? title}</h1>
          {actions !== undefined && <div className="page-actions">{actions}</div>}
        </div>
        {about !== undefined && <div className="page-about">{about}</div>}
        {tabs}
      </header>
      <div className="page-content">{children}</div>
    </div>
  );
}

function Trail({ trail }: { readonly trail: NonNullable<PageProps['trail']> }): ReactElement {
  return (
    <nav aria-label="Where this page is" className="page-trail">
      <ol>
        {trail.map(({ label, href }) => (
          <li key={href}>
            <Link href={href}>{label}</Link>
            <ChevronRight size={13} aria-hidden="true" />
          </li>
        ))}
      </ol>
    </nav>
  );
}

interface SectionProps {
  readonly title: string;
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
  /** Draws no frame around the content; for tables, which have one. */
  readonly isBare?: boolean;
  readonly children: ReactNode;
}

/** A part of a page with a title of its own. */
export function Section({ title, about, actions, isBare = false, children }: SectionProps): ReactElement {
  return (
    <section className="section" aria-label={title}>
      <div className="section-head">
        <h2>{title}</h2>
        {about !== undefined && <div className="section-about">{about}</div>}
        {actions !== undefined && <div className="section-actions">{actions}</div>}
      </div>
      <div className={isBare ? undefined : 'section-panel'}>{children}</div>
    </section>
  );
}

/** Sections side by side, as many as there is room for. `side`: a wide one and a narrow one. */
export function Columns({
  shape = 'even',
  children,
}: {
  readonly shape?: 'even' | 'side';
  readonly children: ReactNode;
}): ReactElement {
  return <div className={`columns columns-${shape}`}>{children}</div>;
}
