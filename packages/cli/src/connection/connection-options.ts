import type { Command } from 'commander';

const connectionHelp = `
The service and the access key are found as AWS's own tools find them: --endpoint, or KEYWITNESS_ENDPOINT, or
AWS_ENDPOINT_URL, or the profile's endpoint_url, or http://127.0.0.1:7443; the access key in AWS_ACCESS_KEY_ID and
AWS_SECRET_ACCESS_KEY, or in the profile. For private CAs set AWS_CA_BUNDLE or NODE_EXTRA_CA_CERTS.`;

/** The options of every command that asks the service. */
export function withConnectionOptions(command: Command): Command {
  return command
    .option('--endpoint <url>', 'where the service is')
    .option('--profile <name>', 'AWS profile with the access key, and maybe endpoint_url and region')
    .option('--region <name>', 'region that requests are signed for')
    .addHelpText('after', connectionHelp);
}
