import type { PrincipalConsequences } from '@keywitness/api';
import { TriangleAlert } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { type ApiState, useAction } from '../../api/index.ts';
import { Answer, CheckField, ConfirmDialog, Time } from '../../components/index.ts';
import { countOf, countText } from '../../formats/index.ts';
import { useSession } from '../../session/index.ts';
import { useKeyNames } from './use-key-names.ts';
import type { Whose } from './whose.ts';

const shownMax = 5;

interface DisableDialogProps {
  readonly whose: Whose;
  readonly consequences: ApiState<PrincipalConsequences>;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onDisabled: () => Promise<void>;
}

/** Says what ends when a principal is disabled, and disables it. */
export function DisableDialog(props: DisableDialogProps): ReactElement {
  const { whose, consequences, isOpen, onClose, onDisabled } = props;
  const isOneself = useSession().principalArn === whose.arn;
  const [force, setForce] = useState(false);
  const disable = useAction(async ({ client }) => {
    await client.disablePrincipal(whose.name, { force });
    await onDisabled();
  });
  return (
    <ConfirmDialog
      title={`Disable ${whose.name}`}
      isOpen={isOpen}
      onClose={() => {
        disable.clear();
        onClose();
      }}
      confirm={`Disable ${whose.name}`}
      onConfirm={() => disable.run(undefined)}
      isBusy={disable.isRunning}
      error={disable.error}
      isDanger
    >
      <p>
        Once this is answered, nothing that {whose.name} asks for is done: its access keys, certificates and
        sessions stop working. It can be enabled again; sessions that ended stay ended.
      </p>
      {isOneself && (
        <CheckField
          label="This is me. I know that I cannot undo it myself."
          isChecked={force}
          onChange={setForce}
        />
      )}
      <Answer state={consequences} isPart>
        {(value) => <Consequences consequences={value} />}
      </Answer>
      {consequences.value === undefined && consequences.error !== undefined && (
        <p>What would end with it is not known to you. You may disable it all the same.</p>
      )}
    </ConfirmDialog>
  );
}

function Consequences({ consequences }: { readonly consequences: PrincipalConsequences }): ReactElement {
  const { administratorsComplete, certificateCount, credentials, days, grantCount, isComplete, keys } =
    consequences;
  const { lastAdministratorOf, lastUsedAt, sessions } = consequences;
  const enabled = credentials.filter(({ disabled }) => !disabled).length;
  const rest = keys.length - shownMax;
  const keyName = useKeyNames();
  return (
    <>
      {lastAdministratorOf.length > 0 && (
        <div className="identity-warning" role="note">
          <TriangleAlert size={16} aria-hidden="true" />
          <div>
            <p>Nobody else could change the policy of {countOf(lastAdministratorOf.length, 'key')}:</p>
            <Arns arns={lastAdministratorOf} />
          </div>
        </div>
      )}
      <ul className="identity-consequences">
        <li>
          {lastUsedAt === undefined ? (
            'It was never used.'
          ) : (
            <>
              It was last used <Time at={lastUsedAt} show="relative" />.
            </>
          )}
        </li>
        <li>
          {keys.length === 0
            ? `It used no key in the last ${countText(days)} days.`
            : `It used ${countOf(keys.length, 'key')} in the last ${countText(days)} days${isComplete ? '' : ', or more: not all events were looked at'}:`}
          {keys.length > 0 && (
            <ul>
              {keys.slice(0, shownMax).map(({ arn, count, lastAt }) => (
                <li key={arn}>
                  {keyName(arn)}, {countOf(count, 'time')}, last <Time at={lastAt} show="relative" />
                </li>
              ))}
              {rest > 0 && <li>and {countOf(rest, 'more key')}</li>}
            </ul>
          )}
        </li>
        <li>
          {sessions.length === 0
            ? 'No session of it is live.'
            : `${countOf(sessions.length, 'live session')} end${sessions.length === 1 ? 's' : ''}.`}
        </li>
        <li>
          {countOf(enabled, 'access key')} and {countOf(certificateCount, 'certificate')} stop working.
        </li>
        <li>
          {grantCount === 0
            ? 'It holds no grant.'
            : `${countOf(grantCount, 'grant')} that it holds cannot be used.`}
        </li>
        {!administratorsComplete && (
          <li>There are too many keys to say of all whether somebody else could change their policies.</li>
        )}
      </ul>
    </>
  );
}

function Arns({ arns }: { readonly arns: readonly string[] }): ReactElement {
  const rest = arns.length - shownMax;
  const keyName = useKeyNames();
  return (
    <ul>
      {arns.slice(0, shownMax).map((arn) => (
        <li key={arn}>{keyName(arn)}</li>
      ))}
      {rest > 0 && <li>and {countOf(rest, 'more key')}</li>}
    </ul>
  );
}
