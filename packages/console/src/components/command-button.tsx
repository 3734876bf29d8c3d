import * as Ariakit from '@ariakit/react';
import { SquareTerminal } from 'lucide-react';
import type { ReactElement } from 'react';
import { Button } from './button.tsx';
import { CodeBlock } from './code-block.tsx';
import './command-button.css';

interface CommandButtonProps {
  /** Lines for a shell, made by `commandLine`. */
  readonly commands: readonly { readonly label: string; readonly line: string }[];
}

/** Shows how the command line does the same. */
export function CommandButton({ commands }: CommandButtonProps): ReactElement {
  return (
    <Ariakit.PopoverProvider placement="bottom-end">
      <Ariakit.PopoverDisclosure render={<Button icon={SquareTerminal}>Command</Button>} />
      <Ariakit.Popover className="command" gutter={4} unmountOnHide portal>
        <Ariakit.PopoverHeading className="command-title">The same by command line</Ariakit.PopoverHeading>
        {commands.map(({ label, line }) => (
          <div key={label}>
            <div className="command-label">{label}</div>
            <CodeBlock text={line} what="the command" wraps />
          </div>
        ))}
      </Ariakit.Popover>
    </Ariakit.PopoverProvider>
  );
}
