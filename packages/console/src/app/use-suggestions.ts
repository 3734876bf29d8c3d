import { ApiError, type Suggestion } from '@keywitness/api';
import { useEffect, useState } from 'react';
import { useApi } from '../api/index.ts';

const pauseMs = 250;
const charactersMin = 2;
const suggestionsMax = 6;

/**
 * Values of the record that begin with what is typed, once the typing pauses. Asking is recorded like any reading; whoever may
 * not is asked for no second time, for each refusal would be on the record.
 */
export function useSuggestions(text: string): readonly Suggestion[] {
  const [prefix, setPrefix] = useState('');
  const [isRefused, setRefused] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setPrefix(text.trim()), pauseMs);
    return () => clearTimeout(timer);
  }, [text]);
  const isAsked = prefix.length >= charactersMin && prefix === text.trim() && !isRefused;
  const { value, error } = useApi(isAsked ? ['suggest', prefix] : null, ({ client }) =>
    client.record.suggest({ prefix, limit: suggestionsMax }),
  );
  const isDenied = error instanceof ApiError && error.code === 'AccessDenied';
  useEffect(() => {
    if (isDenied) setRefused(true);
  }, [isDenied]);
  return isAsked ? (value?.suggestions ?? []) : [];
}
