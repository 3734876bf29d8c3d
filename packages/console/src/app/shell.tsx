import { Menu as MenuIcon } from 'lucide-react';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { Drawer, IconButton, useIsNarrow } from '../components/index.ts';
import { useShortcut } from '../keyboard/index.ts';
import { AccountMenu } from './account-menu.tsx';
import { GlobalSearch } from './global-search.tsx';
import { Mark } from './mark.tsx';
import { CommandPalette } from './command-palette.tsx';
import { Routes } from './routes.tsx';
import { sectionOf, sections } from './sections.ts';
import './shell.css';
import { ClockSwitch, ThemeMenu } from './switches.tsx';

/** What is around every page of somebody who is signed in. */
export function Shell(): ReactElement {
  const isNarrow = useIsNarrow();
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  useShortcut({ key: 'k', withCommand: true }, () => setPaletteOpen(true));
  const main = useFocusAfterNavigation();
  return (
    <div className="shell">
      <a className="skip-link" href="#main" onClick={() => main.current?.focus()}>
        Skip to the content
      </a>
      {!isNarrow && (
        <nav aria-label="Main" className="rail">
          <Brand />
          <SectionLinks />
        </nav>
      )}
      <header className="top-bar">
        {isNarrow && <NavigationMenu />}
        <GlobalSearch onPalette={() => setPaletteOpen(true)} />
        <div className="top-bar-end">
          {!isNarrow && <ClockSwitch />}
          <ThemeMenu />
          <AccountMenu />
        </div>
      </header>
      <main id="main" ref={main} className="main" tabIndex={-1}>
        <Routes />
      </main>
      <CommandPalette isOpen={isPaletteOpen} onClose={() => setPaletteOpen(false)} />
    </div>
  );
}

/** Whoever goes to another page by keyboard, or hears it read out, begins at its beginning. */
function useFocusAfterNavigation(): React.RefObject<HTMLElement | null> {
  const main = useRef<HTMLElement>(null);
  const [location] = useLocation();
  const last = useRef(location);
  useEffect(() => {
    if (last.current === location) return;
    // Parts of one thing are changed between, not gone to.
    const isSame = stem(last.current) === stem(location);
    last.current = location;
    if (!isSame) main.current?.focus({ preventScroll: true });
    main.current?.scrollTo(0, 0);
  }, [location]);
  return main;
}

function stem(location: string): string {
  return location.split('/').slice(0, 3).join('/');
}

function Brand(): ReactElement {
  return (
    <Link href="/" className="brand">
      <Mark />
      <span>Keywitness</span>
    </Link>
  );
}

function SectionLinks({ onGone }: { readonly onGone?: () => void }): ReactElement {
  const [location] = useLocation();
  const current = sectionOf(location);
  return (
    <ul className="nav">
      {sections.map((section) => {
        const { label, href, icon: Icon } = section;
        return (
          <li key={href}>
            <Link
              href={href}
              className="nav-link"
              aria-current={section === current ? 'page' : undefined}
              onClick={onGone}
            >
              <Icon size={16} aria-hidden="true" />
              <span>{label}</span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}

function NavigationMenu(): ReactElement {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <IconButton icon={MenuIcon} label="Menu" aria-expanded={isOpen} onClick={() => setOpen(true)} />
      <Drawer title="Keywitness" side="start" isOpen={isOpen} onClose={() => setOpen(false)}>
        <nav aria-label="Main">
          <SectionLinks onGone={() => setOpen(false)} />
        </nav>
        <div className="nav-foot">
          <ClockSwitch />
        </div>
      </Drawer>
    </>
  );
}
