import { type RefObject, useEffect, useState } from 'react';

interface ScrollArea {
  readonly scrollTopPx: number;
  readonly viewportPx: number;
}

/** Before anything is measured: as much as a large window shows. */
const viewportPxDefault = 1200;

/** How far an element is scrolled, and how much of it is seen; renewed with every frame that changes it. */
export function useScrollArea(area: RefObject<HTMLElement | null>): ScrollArea {
  const [state, setState] = useState<ScrollArea>({ scrollTopPx: 0, viewportPx: viewportPxDefault });
  useEffect(() => {
    const element = area.current;
    if (element === null) return undefined;
    let frame = 0;
    const measure = (): void => {
      frame = 0;
      setState((last) => {
        const next = { scrollTopPx: element.scrollTop, viewportPx: element.clientHeight };
        return last.scrollTopPx === next.scrollTopPx && last.viewportPx === next.viewportPx ? last : next;
      });
    };
    const schedule = (): void => {
      if (frame === 0) frame = requestAnimationFrame(measure);
    };
    const sizes = new ResizeObserver(schedule);
    sizes.observe(element);
    element.addEventListener('scroll', schedule, { passive: true });
    measure();
    return () => {
      cancelAnimationFrame(frame);
      sizes.disconnect();
      element.removeEventListener('scroll', schedule);
    };
  }, [area]);
  return state;
}
