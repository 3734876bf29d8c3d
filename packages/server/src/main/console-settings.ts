import { readFileSync } from 'node:fs';
import { type SecretKey, takeSecretKey } from '../core/crypto/index.ts';
import { parseArn } from '../core/identity/index.ts';
import { isSecureUrl } from './secure-url.ts';
import { type Settings, SettingsError } from './settings/index.ts';

/** How browsers reach the console, and how people sign in to it. */
export interface ConsoleSettings {
  /** Whether browsers reach it over TLS, be it the server's own or that of a proxy. */
  readonly isSecure: boolean;
  readonly sso?: SsoSettings;
}

/** The issuer that people sign in at. */
export interface SsoSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** Absent for a public client. */
  readonly clientSecret?: SecretKey;
  readonly roles: readonly string[];
  readonly redirectUri: string;
}

const CALLBACK = '/console/sso/callback';
const SECRET_BYTES_MAX = 4096;
const ROLES_MAX = 32;

/**
 * Reads the settings of the console.
 *
 * @param hasTls whether the server speaks TLS itself
 * @throws SettingsError when single sign-on is set up by halves, or could be read on the way.
 */
export function readConsoleSettings(settings: Settings, hasTls: boolean): ConsoleSettings {
  const url = settings.optionalText('console-url');
  const isSecure = hasTls || url?.startsWith('https:') === true;
  const issuer = settings.optionalText('console-sso-issuer');
  if (issuer === undefined) {
    const others = ['console-sso-client-id', 'console-sso-client-secret-file', 'console-sso-roles'];
    const stray = others.find((name) => settings.optionalText(name) !== undefined);
    if (stray === undefined) return { isSecure };
    throw new SettingsError(`the setting \`${stray}\` needs \`console-sso-issuer\``);
  }
  if (url === undefined) {
    throw new SettingsError(
      'the setting `console-sso-issuer` needs `console-url`, where people come back to',
    );
  }
  if (!isSecureUrl(issuer)) {
    throw new SettingsError(
      `the setting \`console-sso-issuer\` is no https URL, or http URL on loopback: \`${issuer}\``,
    );
  }
  if (issuer.startsWith('http:') && !settings.flag('dangerously-allow-oidc-insecure-loopback')) {
    throw new SettingsError(
      'an http issuer on loopback needs `dangerously-allow-oidc-insecure-loopback`, for tests',
    );
  }
  const secretFile = settings.optionalText('console-sso-client-secret-file');
  const sso = {
    issuer,
    clientId: settings.text('console-sso-client-id'),
    roles: readRoles(settings.text('console-sso-roles')),
    redirectUri: `${new URL(url).origin}${CALLBACK}`,
    ...(secretFile === undefined ? {} : { clientSecret: readSecret(secretFile) }),
  };
  return { isSecure, sso };
}

function readRoles(text: string): readonly string[] {
  const roles = text.split(',').map((role) => role.trim());
  const wrong = roles.find((role) => !isRoleArn(role));
  if (wrong !== undefined) {
    throw new SettingsError(`the setting \`console-sso-roles\` has \`${wrong}\`, which is no ARN of a role`);
  }
  if (roles.length > ROLES_MAX) {
    throw new SettingsError(`the setting \`console-sso-roles\` has more than ${ROLES_MAX} roles`);
  }
  return roles;
}

function isRoleArn(text: string): boolean {
  const arn = parseArn(text);
  return arn?.service === 'iam' && arn.resource.startsWith('role/');
}

/** The secret goes between threads as a key, whose bytes stay where they are. */
function readSecret(file: string): SecretKey {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new SettingsError(`could not read \`${file}\`, the setting \`console-sso-client-secret-file\``, {
      cause: error,
    });
  }
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length > 0 && bytes.length <= SECRET_BYTES_MAX) return takeSecretKey(bytes);
  throw new SettingsError(
    `\`${file}\`, the setting \`console-sso-client-secret-file\`, holds no secret of at most ${SECRET_BYTES_MAX} bytes`,
  );
}
