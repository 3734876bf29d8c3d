import { type ReactElement, useState } from 'react';
import { Button, ConfirmDialog, Drawer, Facts } from '../components/index.ts';

/** What opens over a page. */
export function Dialogs(): ReactElement {
  const [open, setOpen] = useState<'confirm' | 'drawer'>();
  const close = (): void => setOpen(undefined);
  return (
    <div className="gallery-row">
      <Button onClick={() => setOpen('confirm')}>Open a dialog</Button>
      <Button onClick={() => setOpen('drawer')}>Open a drawer</Button>
      <ConfirmDialog
        title="Schedule deletion of payroll"
        isOpen={open === 'confirm'}
        onClose={close}
        confirm="Schedule deletion"
        typed="payroll"
        isDanger
        onConfirm={() => Promise.resolve(true)}
      >
        <p>
          In 30 days nothing that this key encrypted can be read any more. Until then it can be cancelled.
        </p>
        <p>
          <strong>It was used 48,211 times in the last 7 days</strong>, by 3 principals.
        </p>
      </ConfirmDialog>
      <Drawer title="Event" isOpen={open === 'drawer'} onClose={close}>
        <Facts
          facts={[
            ['Who', 'user/ann'],
            ['What', 'Decrypt'],
          ]}
        />
      </Drawer>
    </div>
  );
}
