import { Users } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { Link } from 'wouter';
import { useApi } from '../../api/index.ts';
import { Answer, Arn, BarList, Button, Time } from '../../components/index.ts';
import { shortArn } from '../../formats/index.ts';
import { places } from '../../places/index.ts';
import type { PartProps } from './subject.ts';

interface OlderUsersProps extends PartProps {
  readonly materialId: string;
  readonly number: number;
  /** When it was replaced, in milliseconds since the epoch. */
  readonly until: number;
}

/** Who used an old version after it was replaced: asked for when somebody wants to know. */
export function OlderUsers({ subject, materialId, number, until }: OlderUsersProps): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const { arn } = subject;
  const from = new Date(until).toISOString();
  const state = useApi(isOpen ? ['key-material-users', arn, materialId] : null, ({ client }) =>
    client.record.summary({ key: arn, material: materialId, by: ['principal'], top: 20, from }),
  );
  if (!isOpen) {
    return (
      <div>
        <Button icon={Users} onClick={() => setOpen(true)}>
          {`Who still uses version ${number}`}
        </Button>
      </div>
    );
  }
  return (
    <Answer state={state} lines={2}>
      {({ fields }) =>
        fields.principal === undefined || fields.principal.values.length === 0 ? (
          <p>Nobody has since it was replaced.</p>
        ) : (
          <BarList
            label={`Users of version ${number}`}
            items={fields.principal.values.map(({ count, label, lastAt, value }) => ({
              id: value,
              name: <Arn arn={value} label={label ?? shortArn(value)} />,
              count,
              note: (
                <>
                  {lastAt !== undefined && <Time at={lastAt} show="relative" />}{' '}
                  <Link href={places.audit({ key: arn, material: materialId, principal: value, from })}>
                    Events
                  </Link>
                </>
              ),
            }))}
          />
        )
      }
    </Answer>
  );
}
