import * as Ariakit from '@ariakit/react';
import { Clock, LogOut, type LucideIcon, Moon, Search, Sun } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { useLocation } from 'wouter';
import { useClock, useTheme } from '../preferences/index.ts';
import { useSessionAccess } from '../session/index.ts';
import './command-palette.css';
import { searchTargets } from './search-targets.ts';
import { sections } from './sections.ts';

interface Command {
  readonly id: string;
  readonly label: string;
  readonly detail?: string;
  readonly icon: LucideIcon;
  readonly perform: () => void;
}

interface CommandPaletteProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Everything by its name: pages, switches, and what the search box knows. Ctrl-K or Cmd-K opens it. */
export function CommandPalette({ isOpen, onClose }: CommandPaletteProps): ReactElement {
  return (
    <Ariakit.Dialog
      open={isOpen}
      onClose={onClose}
      unmountOnHide
      aria-label="Commands"
      className="palette"
      backdrop={<div className="dialog-backdrop" />}
    >
      <PaletteContent onClose={onClose} />
    </Ariakit.Dialog>
  );
}

function PaletteContent({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [text, setText] = useState('');
  const commands = useCommands(text);
  return (
    <Ariakit.ComboboxProvider
      open
      inputValue={text}
      setInputValue={setText}
      focusLoop
      compositeElementInFocusOrder={false}
    >
      <div className="palette-field">
        <Search size={16} aria-hidden="true" />
        <Ariakit.Combobox
          autoSelect="always"
          autoFocus
          placeholder="Go to, switch or search"
          aria-label="Commands"
        />
      </div>
      <Ariakit.ComboboxList className="palette-list" aria-label="Commands">
        {commands.map(({ id, label, detail, icon: Icon, perform }) => (
          <Ariakit.ComboboxItem
            key={id}
            value={id}
            className="palette-item"
            setValueOnClick={false}
            hideOnClick={false}
            focusOnHover
            onClick={() => {
              onClose();
              perform();
            }}
          >
            <Icon size={16} aria-hidden="true" />
            <span>{label}</span>
            {detail !== undefined && <span className="ellipsis quiet">{detail}</span>}
          </Ariakit.ComboboxItem>
        ))}
      </Ariakit.ComboboxList>
    </Ariakit.ComboboxProvider>
  );
}

function useCommands(text: string): readonly Command[] {
  const [, navigate] = useLocation();
  const [clock, setClock] = useClock();
  const [, setTheme] = useTheme();
  const { end } = useSessionAccess();
  const signOut = (): void => {
    end().catch(ignoreStaying);
  };
  const wanted = text.trim().toLowerCase();
  const fixed: readonly Command[] = [
    ...sections.map(({ label, href, icon }) => ({
      id: `page ${href}`,
      label,
      detail: 'Go to',
      icon,
      perform: () => navigate(href),
    })),
    {
      id: 'clock',
      label: clock === 'utc' ? 'Show times in local time' : 'Show times in UTC',
      icon: Clock,
      perform: () => setClock(clock === 'utc' ? 'local' : 'utc'),
    },
    { id: 'light', label: 'Light theme', icon: Sun, perform: () => setTheme('light') },
    { id: 'dark', label: 'Dark theme', icon: Moon, perform: () => setTheme('dark') },
    { id: 'sign-out', label: 'Sign out', icon: LogOut, perform: signOut },
  ];
  const searches = searchTargets(text).map(({ what, detail, href }) => ({
    id: `search ${what}`,
    label: what,
    detail,
    icon: Search,
    perform: () => navigate(href),
  }));
  return [...fixed.filter(({ label }) => label.toLowerCase().includes(wanted)), ...searches];
}

/** Who could not sign out sees that they are still signed in. */
function ignoreStaying(): void {}
