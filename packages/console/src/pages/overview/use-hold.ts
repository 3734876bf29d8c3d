import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

/** Whether somebody is busy with a list that would otherwise move, and what to put on what is around it. */
export interface Hold {
  readonly isHeld: boolean;
  readonly ref: RefObject<HTMLDivElement | null>;
  readonly onPointerMove: () => void;
  readonly onPointerLeave: () => void;
  readonly onFocus: () => void;
  readonly onBlur: () => void;
}

/** A pointer that rests for so long is only lying there. */
const restMs = 4000;
/** What has the focus may be taken away, of which nobody is told. */
const lookMs = 500;

/** Holds a list while the focus is in it, and while a pointer moves over it. */
export function useHold(): Hold {
  const [hasFocus, setFocus] = useState(false);
  const [hasPointer, setPointer] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const leave = useCallback(() => {
    clearTimeout(timer.current);
    setPointer(false);
  }, []);
  const move = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setPointer(false), restMs);
    setPointer(true);
  }, []);
  useEffect(() => () => clearTimeout(timer.current), []);
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!hasFocus) return undefined;
    const look = setInterval(() => {
      if (ref.current?.contains(document.activeElement) !== true) setFocus(false);
    }, lookMs);
    return () => clearInterval(look);
  }, [hasFocus]);
  return {
    isHeld: hasFocus || hasPointer,
    ref,
    onPointerMove: move,
    onPointerLeave: leave,
    onFocus: useCallback(() => setFocus(true), []),
    onBlur: useCallback(() => setFocus(false), []),
  };
}
