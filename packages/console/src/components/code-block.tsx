import type { ReactElement, ReactNode } from 'react';
import { CopyButton } from './copy-button.tsx';
import './code-block.css';

interface CodeBlockProps {
  /** What is copied, and shown unless `children` say it with more form. */
  readonly text: string;
  /** What it is, such as `the policy`. */
  readonly what: string;
  readonly wraps?: boolean;
  readonly children?: ReactNode;
}

/** A text as a machine reads it: JSON, a command, a proof. */
export function CodeBlock({ text, what, wraps = false, children }: CodeBlockProps): ReactElement {
  return (
    <div className="code-block">
      <pre className={wraps ? 'code-block-wraps' : undefined} tabIndex={0} aria-label={what}>
        <code>{children ?? text}</code>
      </pre>
      <CopyButton text={text} what={what} />
    </div>
  );
}
