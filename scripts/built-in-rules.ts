/**
 * Writes the rules that come with the service into the package that has them, so that no reader needs a file system:
 * `npm run built-in-rules`, after a file in `packages/rules/pack` was changed. A test holds the two against each other.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseRuleFile } from '@keywitness/rules';

const rulesPackage = resolve(import.meta.dirname, '../packages/rules');
const pack = join(rulesPackage, 'pack');
const target = join(rulesPackage, 'src/pack/built-in-rules.ts');
const ending = '.yml';

const sources = readdirSync(pack)
  .filter((file) => file.endsWith(ending))
  .toSorted()
  .map((file) => {
    const name = basename(file, ending);
    const text = readFileSync(join(pack, file), 'utf8');
    const { level, title } = parseRuleFile(text, name);
    const sha256 = createHash('sha256').update(text).digest('hex');
    return `  ${JSON.stringify(name)}: ${JSON.stringify({ title, level, sha256, text })},`;
  });

writeFileSync(
  target,
  `import type { BuiltInRule } from './built-in-rule.ts';

/** The rules that come with the service, by name. Written by \`npm run built-in-rules\` from the files in \`pack\`. */
export const builtInRules: Readonly<Record<string, BuiltInRule>> = {
${sources.join('\n')}
};
`,
);
