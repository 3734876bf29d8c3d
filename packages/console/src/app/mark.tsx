import type { ReactElement } from 'react';

/** The product's mark. */
export function Mark({ size = 22 }: { readonly size?: number }): ReactElement {
  return (
    <svg className="mark" width={size} height={size} viewBox="0 0 24 24" fill="none" aria-hidden="true">
      <rect width="24" height="24" rx="6" className="mark-ground" />
      <path
        className="mark-sign"
        d="M7.5 6v12M7.5 12.4 15 6M10.4 10.1 17 18"
        strokeWidth="2.1"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
