import type { Command } from 'commander';
import { type ConnectionOptions, findService, withConnectionOptions } from '../connection/index.ts';
import { Failure } from '../failure.ts';
import { printLines, visible } from '../terminal/index.ts';
import { showTime, zoneName } from '../time/index.ts';
import { assumeRole, type SessionCredentials } from './assume-role.ts';
import { openBrowser } from './browser.ts';
import { requireReplaceable, storeProfile } from './credentials-file.ts';
import { isPrivate } from './private-url.ts';
import { signIn } from './sign-in.ts';

interface LoginOptions extends ConnectionOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly role: string;
  /** False with `--no-browser`. */
  readonly browser: boolean;
  readonly print?: true;
}

/** `keywitness login`. */
export function addLoginCommand(program: Command): void {
  const command = program
    .command('login')
    .summary('sign in with a browser, and get short-lived credentials')
    .description(
      'Signs you in at an OpenID Connect issuer with a browser, assumes a role that trusts it, and stores the ' +
        'short-lived credentials under the profile in ~/.aws/credentials. Other profiles are left as they are, and ' +
        'long-lived access keys are never overwritten.',
    )
    .requiredOption('--issuer <url>', 'the issuer, exactly as it is registered with the service')
    .requiredOption('--client-id <id>', 'public client of the issuer that is registered with the service')
    .requiredOption('--role <arn>', 'role to assume')
    .option('--no-browser', 'only print where to sign in')
    .option('--print', 'store nothing, and print the credentials as a credential_process does');
  withConnectionOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  keywitness login --issuer https://id.example.com --client-id keywitness \\
    --role arn:aws:iam::111122223333:role/auditor --profile auditor`,
    )
    .action(login);
}

async function login(options: LoginOptions): Promise<void> {
  const { issuer, clientId, role } = options;
  const issuerUrl = parseIssuer(issuer);
  if (!roleArn.test(role)) throw new Failure('usage', `\`${role}\` is not the ARN of a role`);
  const service = await findService(options);
  // Whoever signs in should not be told afterwards that it was in vain.
  if (!isPrivate(new URL(service.endpoint))) {
    const message = `the endpoint \`${service.endpoint}\` is not https, so others could read the credentials`;
    throw new Failure('usage', message);
  }
  if (options.print !== true) requireReplaceable(service.profile);
  const person = await signIn(issuerUrl, clientId, async (url) => {
    process.stderr.write(`Sign in here: ${visible(url)}\n`);
    if (options.browser) openBrowser(url);
  });
  const credentials = await assumeRole(service, {
    roleArn: role,
    sessionName: person.name,
    webIdentityToken: person.idToken,
  });
  if (options.print === true) {
    await printLines([processCredentials(credentials)]);
    return;
  }
  storeProfile(service.profile, credentials);
  const until = `${showTime(credentials.expiresAt.toISOString(), 'local', 'seconds')} ${zoneName('local')}`;
  await printLines([visible(`${credentials.arn} until ${until}, as profile ${service.profile}`)]);
}

const roleArn = /^arn:aws(-[a-z]+)*:iam::\d{12}:role\/[!-~]+$/;

function parseIssuer(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !isPrivate(url) || url.username !== '' || url.password !== '') {
    throw new Failure('usage', `the issuer \`${text}\` is not an https URL without user and password`);
  }
  return url;
}

/** What AWS's own tools read from the output of a `credential_process`. */
function processCredentials(credentials: SessionCredentials): string {
  return JSON.stringify({
    Version: 1,
    AccessKeyId: credentials.accessKeyId,
    SecretAccessKey: credentials.secretAccessKey,
    SessionToken: credentials.sessionToken,
    Expiration: credentials.expiresAt.toISOString(),
  });
}
