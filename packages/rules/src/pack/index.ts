export type { BuiltInRule } from './built-in-rule.ts';
export { builtInRules } from './built-in-rules.ts';
