import * as Ariakit from '@ariakit/react';
import { Check, type LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import './menu.css';

/** Something in a menu. */
export interface MenuEntry {
  readonly label: string;
  readonly icon?: LucideIcon;
  readonly onSelect: () => void;
  /** It is one of several choices, and the one in force. */
  readonly isChosen?: boolean;
  readonly isDisabled?: boolean;
}

interface MenuProps {
  /** A button. */
  readonly button: ReactElement;
  /** Above the entries. */
  readonly head?: ReactNode;
  /** Groups, divided by lines. */
  readonly groups: readonly (readonly MenuEntry[])[];
}

/** Things to do, behind a button. */
export function Menu({ button, head, groups }: MenuProps): ReactElement {
  return (
    <Ariakit.MenuProvider placement="bottom-end">
      <Ariakit.MenuButton render={button} />
      <Ariakit.Menu className="menu" gutter={4} unmountOnHide portal>
        {head !== undefined && <div className="menu-head">{head}</div>}
        {groups.map((entries) => (
          <div key={entries.map(({ label }) => label).join()} role="group" className="menu-group">
            {entries.map(({ label, icon: Icon, onSelect, isChosen, isDisabled = false }) => (
              <Ariakit.MenuItem key={label} className="menu-item" onClick={onSelect} disabled={isDisabled}>
                {Icon !== undefined && <Icon size={15} aria-hidden="true" />}
                <span>{label}</span>
                {isChosen === true && <Check size={14} aria-label="chosen" />}
              </Ariakit.MenuItem>
            ))}
          </div>
        ))}
      </Ariakit.Menu>
    </Ariakit.MenuProvider>
  );
}
