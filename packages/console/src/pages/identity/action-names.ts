/**
 * Names of permissions in few words: those of KMS without their service, and of other services the services alone, when
 * there are many.
 */
export function actionNames(actions: readonly string[]): string {
  const byService = new Map<string, string[]>();
  for (const action of actions) {
    const [service = '', name = ''] = action.split(':');
    byService.set(service, [...(byService.get(service) ?? []), name]);
  }
  return [...byService]
    .map(([service, names]) => {
      if (service === 'kms') return names.join(', ');
      return names.length > manyMin
        ? `${names.length} actions of ${service}`
        : names.map((name) => `${service}:${name}`).join(', ');
    })
    .join('; ');
}

const manyMin = 12;
