import { lazy, type ReactElement, Suspense } from 'react';
import type { PolicyEditorProps } from './policy-editor-view.tsx';

const View = lazy(async () => ({ default: (await import('./policy-editor-view.tsx')).PolicyEditorView }));

/** A policy as JSON that can be changed. What draws it is loaded with the first one. */
export function PolicyEditor(props: PolicyEditorProps): ReactElement {
  return (
    <div className="key-editor">
      <Suspense fallback={<pre className="key-editor-wait">{props.value}</pre>}>
        <View {...props} />
      </Suspense>
    </div>
  );
}
