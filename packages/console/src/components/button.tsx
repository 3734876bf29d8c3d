import type { LucideIcon } from 'lucide-react';
import type { ComponentProps, ReactElement, ReactNode } from 'react';
import { Link } from 'wouter';
import './button.css';
import { Hint } from './hint.tsx';

/** `primary`: the one thing that a page or dialog is for. `danger`: what cannot be undone. `quiet`: among text. */
export type ButtonLook = 'primary' | 'plain' | 'quiet' | 'danger';

interface LookProps {
  readonly look?: ButtonLook;
  readonly icon?: LucideIcon;
}

export interface ButtonProps extends LookProps, Omit<ComponentProps<'button'>, 'className'> {
  /** It is being done: shown, and pressed no second time. */
  readonly isBusy?: boolean;
}

/** A button with a text. */
export function Button({
  look,
  icon,
  isBusy = false,
  children,
  disabled,
  ...rest
}: ButtonProps): ReactElement {
  return (
    <button
      type="button"
      {...rest}
      className={classOf(look)}
      disabled={disabled === true || isBusy}
      aria-busy={isBusy || undefined}
    >
      <ButtonContent icon={icon}>{children}</ButtonContent>
      {isBusy && <span className="button-busy" aria-hidden="true" />}
    </button>
  );
}

interface LinkButtonProps extends LookProps {
  /** An address below `/console`. */
  readonly href: string;
  readonly children: ReactNode;
}

/** Looks like a button, and goes to another page. */
export function LinkButton({ look, icon, href, children }: LinkButtonProps): ReactElement {
  return (
    <Link href={href} className={classOf(look)}>
      <ButtonContent icon={icon}>{children}</ButtonContent>
    </Link>
  );
}

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'className' | 'children' | 'aria-label'> {
  readonly icon: LucideIcon;
  /** What it does: read out, and shown when it is pointed at. */
  readonly label: string;
}

/** A button that is an icon. */
export function IconButton({ icon: Icon, label, ...rest }: IconButtonProps): ReactElement {
  return (
    <Hint text={label}>
      <button type="button" {...rest} className="button button-icon" aria-label={label}>
        <Icon size={15} aria-hidden="true" />
      </button>
    </Hint>
  );
}

function ButtonContent({
  icon: Icon,
  children,
}: {
  readonly icon: LucideIcon | undefined;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <>
      {Icon !== undefined && <Icon size={15} aria-hidden="true" />}
      <span>{children}</span>
    </>
  );
}

function classOf(look: ButtonLook = 'plain'): string {
  return `button button-${look}`;
}
