import type { ReactElement } from 'react';
import { CodeBlock, Section } from '../../components/index.ts';
import { commandLine } from '../../formats/index.ts';

/** What to do with a service that has no keys yet. */
export function FirstSteps(): ReactElement {
  const endpoint = ['--endpoint-url', location.origin];
  const kms = ['aws', 'kms'];
  const alias = ['--alias-name', 'alias/files', '--target-key-id', 'KEY_ID'];
  const encrypted = ['--key-id', 'alias/files', '--plaintext', 'SGVsbG8='];
  const context = ['--encryption-context', 'customer=4711'];
  return (
    <Section
      title="First steps"
      about="There are no keys yet. Each step shows below a moment after you took it."
    >
      <ol className="overview-steps">
        <li>
          <h3>Create a key</h3>
          <p>
            Keys are made and used with any AWS SDK or the AWS command line, with the access key that you have
            signed in with.
          </p>
          <CodeBlock
            what="the command that creates a key"
            wraps
            text={[
              commandLine(...kms, 'create-key', '--description', 'Customer files', ...endpoint),
              commandLine(...kms, 'create-alias', ...alias, ...endpoint),
            ].join('\n')}
          />
        </li>
        <li>
          <h3>Encrypt something</h3>
          <p>
            The encryption context says what it is about. By it you find out later who has accessed which
            customer’s data.
          </p>
          <CodeBlock
            what="the command that encrypts"
            wraps
            text={commandLine(...kms, 'encrypt', ...encrypted, ...context, ...endpoint)}
          />
        </li>
        <li>
          <h3>Or look at a made-up company first</h3>
          <p>
            This plays the traffic of services and people with habits and mistakes, and now and then a story
            such as a stolen access key. Not for a service that is in use.
          </p>
          <CodeBlock
            what="the command that plays traffic"
            wraps
            text={commandLine('keywitness', 'demo', 'traffic', '--endpoint', location.origin)}
          />
        </li>
      </ol>
    </Section>
  );
}
