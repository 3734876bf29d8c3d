import type { Command } from 'commander';
import { printLines, visible } from '../terminal/index.ts';
import { clearProfile } from './credentials-file.ts';

/** `keywitness logout`. */
export function addLogoutCommand(program: Command): void {
  program
    .command('logout')
    .summary('forget short-lived credentials')
    .description(
      'Removes the short-lived credentials of a profile from ~/.aws/credentials. Where they were copied to, they work ' +
        'until they expire or are revoked.',
    )
    .requiredOption('--profile <name>', 'profile that `login` has stored')
    .action(async ({ profile }: { readonly profile: string }) => {
      const isCleared = clearProfile(profile);
      const state = isCleared ? 'has no credentials any more' : 'had no credentials';
      await printLines([visible(`profile ${profile} ${state}`)]);
    });
}
