import { useCallback, useState } from 'react';
import { type Connection, useConnection } from './connection.ts';

/** Something that is done when somebody asks for it, and how it went. */
export interface Action<Argument> {
  /** Does it; answers whether it succeeded. The error, if there is one, is in `error`. */
  readonly run: (argument: Argument) => Promise<boolean>;
  readonly isRunning: boolean;
  readonly error: unknown;
  readonly clear: () => void;
}

/**
 * A change that a button asks for.
 *
 *     const disable = useAction(async ({ kms }) => {
 *       await kms('DisableKey', { KeyId: id });
 *       await key.refresh();
 *     });
 */
export function useAction<Argument = undefined>(
  perform: (connection: Connection, argument: Argument) => Promise<unknown>,
): Action<Argument> {
  const connection = useConnection();
  const [state, setState] = useState<{ readonly isRunning: boolean; readonly error: unknown }>({
    isRunning: false,
    error: undefined,
  });
  const run = async (argument: Argument): Promise<boolean> => {
    setState({ isRunning: true, error: undefined });
    try {
      await perform(connection, argument);
      setState({ isRunning: false, error: undefined });
      return true;
    } catch (error) {
      setState({ isRunning: false, error });
      return false;
    }
  };
  const clear = useCallback(() => setState({ isRunning: false, error: undefined }), []);
  return { run, clear, ...state };
}
