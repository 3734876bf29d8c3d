export { getKeyConsequences } from './get-key-consequences.ts';
export { getPrincipalConsequences } from './get-principal-consequences.ts';
