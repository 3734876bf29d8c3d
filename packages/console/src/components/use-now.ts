import { useEffect, useState } from 'react';

/** The present, renewed after so many milliseconds while somebody looks at it. */
export function useNow(stepMs: number): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) setNow(new Date());
    }, stepMs);
    return () => clearInterval(timer);
  }, [stepMs]);
  return now;
}
