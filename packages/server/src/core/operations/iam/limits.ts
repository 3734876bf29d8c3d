/** AWS's default quotas ("IAM and STS quotas"), in its words where it has some. */

export const TAGS_MAX = 50;
export const GROUPS_PER_USER_MAX = 10;
export const ACCESS_KEYS_PER_USER_MAX = 2;
/** Managed policies attached to one user, group or role. */
export const ATTACHED_POLICIES_MAX = 10;
export const POLICY_VERSIONS_MAX = 5;
/** Characters without white space, of all inline policies of one holder together. */
export const USER_POLICY_CHARACTERS_MAX = 2048;
export const GROUP_POLICY_CHARACTERS_MAX = 5120;
export const ROLE_POLICY_CHARACTERS_MAX = 10_240;
/** Characters without white space, of one text. */
export const MANAGED_POLICY_CHARACTERS_MAX = 6144;
export const TRUST_POLICY_CHARACTERS_MAX = 2048;
export const CLIENT_IDS_MAX = 100;
export const THUMBPRINTS_MAX = 5;
/** Items in one answer of a listing, when the caller does not say. */
export const ITEMS_DEFAULT = 100;
/** Resources that one simulation may be about. */
export const SIMULATED_RESOURCES_MAX = 1000;
/** Actions that one simulation may be about. */
export const SIMULATED_ACTIONS_MAX = 1000;
/** Questions that one answer of a simulation judges, if they are about more than one action. */
export const SIMULATED_QUESTIONS_MAX = 250;
/** Names of actions, or of resources, that the event of a simulation holds. */
export const SIMULATED_NOTED_MAX = 20;
