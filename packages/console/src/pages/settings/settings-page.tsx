import type { ReactElement } from 'react';
import { useParams } from 'wouter';
import { Page, TabLinks } from '../../components/index.ts';
import { places } from '../../places/index.ts';
import { ChannelsPart } from './channels-part.tsx';
import { RulesPart } from './rules-part.tsx';
import { ServicePart } from './service-part.tsx';
import { TrustPart } from './trust-part.tsx';

const parts = [
  { name: 'channels', label: 'Channels', part: ChannelsPart },
  { name: 'rules', label: 'Rules', part: RulesPart },
  { name: 'trust', label: 'Log and witnesses', part: TrustPart },
  { name: 'service', label: 'Service', part: ServicePart },
] as const;

/** How the service is set up: who is told, what is looked for, who vouches for the log, and what it was started with. */
export function SettingsPage(): ReactElement {
  const { section = 'channels' } = useParams();
  const { part: Part } = parts.find(({ name }) => name === section) ?? parts[0];
  return (
    <Page
      title="Settings"
      tabs={
        <TabLinks
          label="Settings"
          tabs={parts.map(({ label, name }) => ({ label, href: places.settings(name) }))}
        />
      }
    >
      <Part />
    </Page>
  );
}
