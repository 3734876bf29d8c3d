import { KeyRound, Pause, Plus } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import {
  Arn,
  Badge,
  BarList,
  Button,
  CheckField,
  Columns,
  CopyButton,
  Facts,
  Health,
  Hint,
  IconButton,
  Level,
  LinkButton,
  Menu,
  Outcome,
  Section,
  SelectField,
  TextField,
  Time,
  saveFile,
} from '../components/index.ts';

const key = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-44cd-86ef-1234567890ab';

/** Marks, facts and fields. */
export function Parts(): ReactElement {
  return (
    <Columns>
      <Marks />
      <Section title="Facts">
        <Facts
          facts={[
            ['Key', <Arn key="key" arn={key} />],
            ['Created', <Time key="created" at="2030-01-31T09:12:44.120Z" show="precise" />],
            ['Principal', <Arn key="principal" arn="arn:aws:iam::111122223333:user/ann" />],
            ['Next rotation', 'in 12 days'],
          ]}
        />
      </Section>
      <Section title="Who uses it">
        <BarList
          label="Principals"
          items={[
            { id: '1', name: 'user/payroll-export', count: 48_211 },
            { id: '2', name: 'user/billing', count: 9312 },
            { id: '3', name: 'assumed-role/on-call/ann', count: 12, note: 'first seen 2 hours ago' },
          ]}
        />
      </Section>
      <Fields />
    </Columns>
  );
}

function Marks(): ReactElement {
  return (
    <Section title="Marks">
      <div className="gallery-row">
        <Outcome outcome="success" />
        <Outcome outcome="denied" code="AccessDeniedException" />
        <Outcome outcome="error" />
        <Outcome outcome="throttled" />
      </div>
      <div className="gallery-row">
        <Level level="informational" />
        <Level level="low" />
        <Level level="medium" />
        <Level level="high" />
        <Level level="critical" />
      </div>
      <div className="gallery-row">
        <Badge>Multi-Region</Badge>
        <Badge tone="accent">Current</Badge>
        <Badge tone="good">Enabled</Badge>
        <Badge tone="attention">Pending deletion</Badge>
        <Badge tone="denied">Denied</Badge>
      </div>
      <div className="gallery-row">
        <Health tone="good">Witnesses: 3 of 3</Health>
        <Health tone="attention">Sink behind by 12 s</Health>
        <Hint text="Nobody is told of incidents">
          <button type="button" className="button button-quiet">
            Not set up
          </button>
        </Hint>
        <Health tone="neutral">Not set up</Health>
        <CopyButton text={key} what="ARN" />
      </div>
      <div className="gallery-row">
        <Button icon={Plus}>Create key</Button>
        <Button look="danger">Schedule deletion</Button>
        <Button look="quiet">Cancel</Button>
        <Button look="primary" isBusy>
          Save
        </Button>
        <LinkButton href="/keys">All keys</LinkButton>
        <IconButton icon={Pause} label="Pause" />
        <Menu
          button={<Button look="quiet">More</Button>}
          groups={[
            [
              {
                label: 'Save as a file',
                icon: KeyRound,
                onSelect: () => saveFile('key.txt', 'text/plain', key),
              },
            ],
          ]}
        />
      </div>
    </Section>
  );
}

function Fields(): ReactElement {
  const [isChecked, setChecked] = useState(true);
  const [spec, setSpec] = useState<'aes' | 'rsa'>('aes');
  return (
    <Section title="Fields">
      <div className="page-content">
        <TextField
          label="Alias"
          value="alias/payroll"
          onChange={() => undefined}
          hint="Begins with alias/"
          isMono
        />
        <TextField label="Days" value="3" onChange={() => undefined} error="7 to 30 days" />
        <SelectField
          label="Spec"
          value={spec}
          options={[
            { value: 'aes', label: 'AES-256' },
            { value: 'rsa', label: 'RSA 4096' },
          ]}
          onChange={setSpec}
        />
        <CheckField label="Rotate every year" isChecked={isChecked} onChange={setChecked} />
      </div>
    </Section>
  );
}
