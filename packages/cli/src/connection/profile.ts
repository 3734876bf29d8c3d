import { loadSharedConfigFiles } from '@smithy/core/config';

/** A section of the AWS configuration files: names and values. */
export type ProfileSettings = Readonly<Record<string, string | undefined>>;

/**
 * A profile of `~/.aws/config` and `~/.aws/credentials`, or of the files that `AWS_CONFIG_FILE` and
 * `AWS_SHARED_CREDENTIALS_FILE` name. `undefined` when neither file has it.
 */
export async function readProfile(name: string): Promise<ProfileSettings | undefined> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles();
  const config = configFile[name];
  const credentials = credentialsFile[name];
  return config === undefined && credentials === undefined ? undefined : { ...config, ...credentials };
}
