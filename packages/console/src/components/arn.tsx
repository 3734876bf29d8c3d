import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { shortArn } from '../formats/index.ts';
import { placeOfArn } from '../places/index.ts';
import { CopyButton } from './copy-button.tsx';
import './arn.css';

interface ArnProps {
  /** An ARN, or any other name or id. */
  readonly arn: string;
  /** Shown instead of the ARN's own short form. */
  readonly label?: string | undefined;
  /** Shows all of it. */
  readonly isWhole?: boolean;
  /** Goes to the page of what it names; unless set, where there is one. */
  readonly isLink?: boolean;
}

/** An ARN or id: short, whole in its title, to be copied, and a link to the page of what it names. */
export function Arn({ arn, label, isWhole = false, isLink = true }: ArnProps): ReactElement {
  const text = label ?? (isWhole ? arn : shortArn(arn));
  const place = isLink ? placeOfArn(arn) : undefined;
  return (
    <span className="arn">
      {place === undefined ? (
        <span className="arn-text" title={arn}>
          {text}
        </span>
      ) : (
        <Link className="arn-text" href={place} title={arn}>
          {text}
        </Link>
      )}
      <CopyButton text={arn} />
    </span>
  );
}
