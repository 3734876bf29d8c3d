/** What `--for` says; shown in help. */
export const targetHelp =
  'what the policy is for: key:ID, user:NAME, role:NAME, group:NAME (each also with /POLICY), trust:ROLE, policy:ARN, guardrail or guardrail:ACCOUNT';
