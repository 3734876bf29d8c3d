import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { environmentName, type Setting, SETTINGS } from './table.ts';

/** A setting that is unknown, or whose value cannot be used. */
export class SettingsError extends Error {
  readonly code = 'SettingInvalid';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SettingsError';
  }
}

type Values = ReadonlyMap<string, string>;

/** The settings of one run, by name. */
export class Settings {
  readonly #values: Values;

  constructor(values: Values) {
    this.#values = values;
  }

  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined) throw new SettingsError(`the setting \`${name}\` has no value`);
    return value;
  }

  optionalText(name: string): string | undefined {
    return this.#values.get(name) ?? SETTINGS.find((setting) => setting.name === name)?.standard;
  }

  /** Whether somebody set it. */
  isSet(name: string): boolean {
    return this.#values.has(name);
  }

  flag(name: string): boolean {
    return this.optionalText(name) === 'true';
  }

  number(name: string): number {
    return Number(this.text(name));
  }

  optionalNumber(name: string): number | undefined {
    const value = this.optionalText(name);
    return value === undefined ? undefined : Number(value);
  }
}

/**
 * Reads the settings: flags over environment over file over defaults.
 *
 * @throws SettingsError for unknown settings and for values of the wrong kind.
 */
export function readSettings(flags: readonly string[], environment: NodeJS.ProcessEnv): Settings {
  const fromFlags = readFlags(flags);
  const fromEnvironment = readEnvironment(environment);
  const file = fromFlags.get('config') ?? fromEnvironment.get('config');
  const values = new Map([...(file === undefined ? [] : readFile(file)), ...fromEnvironment, ...fromFlags]);
  for (const setting of SETTINGS) check(setting, values.get(setting.name));
  return new Settings(values);
}

/** The settings as a table for `--help`. */
export function settingsHelp(): string {
  const rows = SETTINGS.map((setting) => {
    const flag = `--${setting.name}${setting.kind === 'flag' ? '' : ' …'}`;
    const standard = setting.standard === undefined ? '' : ` (${setting.standard})`;
    return `  ${flag.padEnd(34)}${setting.meaning}${standard}`;
  });
  return `Settings, as flags, as ${environmentName({ name: 'name', kind: 'text', meaning: '' })}-like variables, or in a JSON file:\n${rows.join('\n')}\n`;
}

function readFlags(flags: readonly string[]): Values {
  const options = Object.fromEntries(
    SETTINGS.map((setting) => [
      setting.name,
      { type: setting.kind === 'flag' ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  try {
    const { values } = parseArgs({ args: [...flags], options, strict: true, allowPositionals: false });
    return new Map(Object.entries(values).map(([name, value]) => [name, String(value)]));
  } catch (error) {
    throw new SettingsError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function readEnvironment(environment: NodeJS.ProcessEnv): Values {
  const values = new Map<string, string>();
  const names = new Map(SETTINGS.map((setting) => [environmentName(setting), setting.name]));
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith('KEYWITNESS_') || value === undefined) continue;
    // The command line client reads this one; it may well be set in the same shell.
    if (variable === 'KEYWITNESS_ENDPOINT') continue;
    const name = names.get(variable);
    if (name === undefined) {
      throw new SettingsError(`the environment sets \`${variable}\`, which is no setting`);
    }
    values.set(name, value);
  }
  return values;
}

function readFile(path: string): Values {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new SettingsError(`the settings file \`${path}\` cannot be read as JSON`, { cause: error });
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new SettingsError(`the settings file \`${path}\` does not hold an object`);
  }
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(parsed)) {
    if (!SETTINGS.some((setting) => setting.name === name)) {
      throw new SettingsError(`the settings file \`${path}\` sets \`${name}\`, which is no setting`);
    }
    values.set(name, String(value));
  }
  return values;
}

function check(setting: Setting, value: string | undefined): void {
  if (value === undefined) return;
  if (setting.kind === 'flag' && value !== 'true' && value !== 'false') {
    throw new SettingsError(`the setting \`${setting.name}\` is true or false, not \`${value}\``);
  }
  if (setting.kind === 'number' && !/^[0-9]{1,9}$/.test(value)) {
    throw new SettingsError(`the setting \`${setting.name}\` is a whole number, not \`${value}\``);
  }
}
