import { compileActions } from './compile.ts';
import type { Statement } from './document.ts';

/** Actions that use a key: what it protects can be made or read with them. */
export const KEY_USE: readonly string[] = [
  'kms:encrypt',
  'kms:decrypt',
  'kms:reencryptfrom',
  'kms:reencryptto',
  'kms:generatedatakey',
  'kms:generatedatakeywithoutplaintext',
  'kms:generatedatakeypair',
  'kms:generatedatakeypairwithoutplaintext',
  'kms:sign',
  'kms:verify',
  'kms:generatemac',
  'kms:verifymac',
  'kms:derivesharedsecret',
  'kms:encapsulate',
  'kms:decapsulate',
];

/** Actions that decide about a key: who may use it, and whether it is there to be used. */
export const KEY_ADMINISTRATION: readonly string[] = [
  'kms:putkeypolicy',
  'kms:schedulekeydeletion',
  'kms:disablekey',
  'kms:deleteimportedkeymaterial',
];

/** Actions on no key in particular, whose only resource is `*`. */
export const WITHOUT_RESOURCE: readonly string[] = [
  'kms:createkey',
  'kms:listkeys',
  'kms:listaliases',
  'kms:listretirablegrants',
  'kms:generaterandom',
];

const ON_A_KEY: readonly string[] = [
  ...KEY_USE,
  ...KEY_ADMINISTRATION,
  'kms:cancelkeydeletion',
  'kms:createalias',
  'kms:creategrant',
  'kms:deletealias',
  'kms:describekey',
  'kms:disablekeyrotation',
  'kms:enablekey',
  'kms:enablekeyrotation',
  'kms:getkeylastusage',
  'kms:getkeypolicy',
  'kms:getkeyrotationstatus',
  'kms:getparametersforimport',
  'kms:getpublickey',
  'kms:importkeymaterial',
  'kms:listgrants',
  'kms:listkeypolicies',
  'kms:listkeyrotations',
  'kms:listresourcetags',
  'kms:replicatekey',
  'kms:retiregrant',
  'kms:revokegrant',
  'kms:rotatekeyondemand',
  'kms:tagresource',
  'kms:untagresource',
  'kms:updatealias',
  'kms:updatekeydescription',
  'kms:updateprimaryregion',
];

/** The actions of KMS, in lower case. */
const KMS_ACTIONS: readonly string[] = [...ON_A_KEY, ...WITHOUT_RESOURCE];

/** Services whose actions are asked for here, beside KMS. */
const OTHER_SERVICES: ReadonlySet<string> = new Set(['*', 'cloudtrail', 'iam', 'keywitness', 's3', 'sts']);

/** The actions of KMS that a statement is about. */
export function kmsActionsOf(statement: Statement): readonly string[] {
  const matches = compileActions(statement);
  return KMS_ACTIONS.filter((action) => matches(action, () => undefined));
}

/** Whether a statement may be about an action of another service that is asked for here. */
export function concernsOtherServices({ actions, notActions }: Statement): boolean {
  if (actions === undefined) return notActions?.includes('*') !== true;
  return actions.some((action) => OTHER_SERVICES.has(action.split(':', 1)[0]?.toLowerCase() ?? ''));
}
