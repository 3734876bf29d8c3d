import type { AnswerQuery } from '@keywitness/api';
import { FileCheck, PackageCheck } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { Link } from 'wouter';
import { useAction } from '../../api/index.ts';
import {
  Button,
  CodeBlock,
  Dialog,
  ErrorState,
  Loading,
  ProofVerdict,
  saveFile,
} from '../../components/index.ts';
import { commandLine, countOf } from '../../formats/index.ts';
import { places } from '../../places/index.ts';
import { type MadeEvidence, makeEvidence } from '../../proof/index.ts';

interface EvidenceButtonProps {
  readonly query: AnswerQuery;
  /** What is asked about, such as `customer=4711`. */
  readonly subject: string;
}

/** Takes everything out of the record into one file that others can check, and checks it before it is saved. */
export function EvidenceButton({ query, subject }: EvidenceButtonProps): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const [made, setMade] = useState<MadeEvidence>();
  const make = useAction(async ({ client }) => setMade(await makeEvidence(client, query)));
  const fileName = `${subject.replaceAll(/[^\w.-]+/g, '-').replaceAll(/^[-.]+/g, '') || 'evidence'}.kwz`;
  const open = (): void => {
    setMade(undefined);
    make.clear();
    setOpen(true);
  };
  return (
    <>
      <Button look="primary" icon={PackageCheck} onClick={open}>
        Evidence bundle
      </Button>
      <Dialog
        title="Evidence bundle"
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        actions={
          made === undefined ? (
            <>
              <Button onClick={() => setOpen(false)}>Cancel</Button>
              <Button
                look="primary"
                icon={PackageCheck}
                isBusy={make.isRunning}
                onClick={() => {
                  make.run(undefined).catch(ignoreShown);
                }}
              >
                Make the bundle
              </Button>
            </>
          ) : (
            <>
              <Button onClick={() => setOpen(false)}>Close</Button>
              {made.verdict.holds && (
                <Button
                  look="primary"
                  icon={FileCheck}
                  onClick={() => saveFile(fileName, 'application/zip', made.archive)}
                >
                  Save {fileName}
                </Button>
              )}
            </>
          )
        }
      >
        <div className="access-bundle">
          {made === undefined ? (
            <About subject={subject} isRunning={make.isRunning} />
          ) : (
            <Made made={made} fileName={fileName} />
          )}
          {make.error !== undefined && <ErrorState error={make.error} isInline />}
        </div>
      </Dialog>
    </>
  );
}

function About({
  subject,
  isRunning,
}: {
  readonly subject: string;
  readonly isRunning: boolean;
}): ReactElement {
  return (
    <>
      <p>
        One file with all events about <strong>{subject}</strong> as they are recorded, the proof that none
        was left out, the policies that decided, and a report for people. Whoever gets it can check it without
        this service.
      </p>
      <p>
        <strong>Taking it out is an event of the record:</strong> it says that you did. The report is a page
        (HTML); a PDF of it is made by the command line.
      </p>
      {isRunning && <Loading label="Making the bundle" lines={3} />}
    </>
  );
}

interface MadeProps {
  readonly made: MadeEvidence;
  readonly fileName: string;
}

function Made({ made, fileName }: MadeProps): ReactElement {
  const { verdict, events, eventId, witnessed } = made;
  return (
    <>
      <ProofVerdict
        state={verdict.holds ? 'holds' : 'fails'}
        words={
          verdict.holds
            ? `The bundle of ${countOf(events, 'event')} was checked as its readers will check it.`
            : `It was not saved. What does not hold: ${verdict.part ?? 'the bundle'}.`
        }
      />
      <ul className="access-lines">
        {verdict.lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
        {witnessed === 'late' && (
          <li>No quorum of witnesses has cosigned in time, so the bundle is without their signatures.</li>
        )}
        <li>
          Taking it out is <Link href={places.event(eventId)}>on the record</Link>. A PDF of the report is not
          in it.
        </li>
      </ul>
      {verdict.holds && (
        <CodeBlock
          text={commandLine('keywitness', 'evidence', 'check', fileName, '--key', 'log.vkey')}
          what="the command that checks it"
          wraps
        />
      )}
    </>
  );
}

/** The error is in the state, and shown. */
function ignoreShown(): void {}
