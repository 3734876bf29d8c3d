import type { PolicyDocument, PrincipalElement } from './document.ts';

/** The principals that the statements of a policy name, each once, in the order in which they are first named. */
export interface NamedPrincipals {
  /** Under `AWS`: ARNs and account ids, without `*`. */
  readonly aws: readonly string[];
  readonly services: readonly string[];
  readonly federated: readonly string[];
}

/** Whom a policy names, for whoever can say which of them exist. */
export function principalsNamedBy({ statements }: PolicyDocument): NamedPrincipals {
  const elements = statements
    .flatMap(({ principal, notPrincipal }) => [principal, notPrincipal])
    .filter((element) => element !== undefined);
  const all = (select: (element: PrincipalElement) => readonly string[]): readonly string[] => [
    ...new Set(elements.flatMap(select)),
  ];
  return {
    aws: all(({ aws }) => aws),
    services: all(({ services }) => services),
    federated: all(({ federated }) => federated),
  };
}
