import { useApi } from '../../api/index.ts';
import { shortArn } from '../../formats/index.ts';

const keysMax = 1000;

/** What keys are called, by their ARNs: by an alias where one is known, else by their ids. */
export function useKeyNames(): (arn: string) => string {
  const { value } = useApi(['identity.key-names'], async ({ client }) => {
    const { keys } = await client.keys.listPage({ limit: keysMax });
    return new Map(keys.map(({ aliases, arn }) => [arn, aliases[0]]));
  });
  return (arn) => value?.get(arn) ?? shortArn(arn);
}
