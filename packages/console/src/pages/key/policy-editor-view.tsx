import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json, jsonParseLinter } from '@codemirror/lang-json';
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { Annotation, EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { type ReactElement, useEffect, useRef } from 'react';
import { statementRanges } from './statement-ranges.ts';

/** Something that is said about a statement, or about the whole. */
export interface PolicyNote {
  readonly message: string;
  /** Its Sid, or its position as `#n`. */
  readonly statement?: string | undefined;
}

export interface PolicyEditorProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly notes: readonly PolicyNote[];
  readonly isReadOnly?: boolean;
}

/** The text was not typed, but given from without. */
const given = Annotation.define<boolean>();

/**
 * The editor. It lies in a shadow root: there its library takes constructed style sheets, which a policy without inline
 * styles allows, instead of elements.
 */
export function PolicyEditorView(props: PolicyEditorProps): ReactElement {
  const { value, onChange, notes, isReadOnly = false } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const listener = useRef(onChange);
  const first = useRef(value);
  useEffect(() => {
    listener.current = onChange;
  });
  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const changed = EditorView.updateListener.of(({ docChanged, state, transactions }) => {
      const isGiven = transactions.some((transaction) => transaction.annotation(given) === true);
      if (docChanged && !isGiven) listener.current(state.doc.toString());
    });
    const editor = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: first.current,
        extensions: [...extensions, changed, EditorState.readOnly.of(isReadOnly)],
      }),
    });
    view.current = editor;
    return () => {
      view.current = undefined;
      editor.destroy();
    };
  }, [isReadOnly]);
  useEffect(() => {
    first.current = value;
    const editor = view.current;
    if (editor === undefined || editor.state.doc.toString() === value) return;
    editor.dispatch({
      changes: { from: 0, to: editor.state.doc.length, insert: value },
      annotations: given.of(true),
    });
  }, [value]);
  useEffect(() => {
    const editor = view.current;
    if (editor === undefined) return;
    const found = jsonParseLinter()(editor);
    const diagnostics = found.length > 0 ? found : diagnosticsOf(editor.state, notes);
    editor.dispatch(setDiagnostics(editor.state, diagnostics));
  }, [notes, value, isReadOnly]);
  return <div ref={host} className="key-editor-host" />;
}

function diagnosticsOf(state: EditorState, notes: readonly PolicyNote[]): Diagnostic[] {
  const ranges = statementRanges(state.doc.toString());
  return notes.map(({ message, statement }) => {
    const range = ranges.find(({ names }) => statement !== undefined && names.includes(statement));
    // Of a statement its first line is marked, of the whole the first of all.
    const line = state.doc.lineAt(range?.from ?? 0);
    return { from: range?.from ?? line.from, to: line.to, severity: 'warning', message };
  });
}

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--accent)' },
  { tag: tags.string, color: 'var(--ink)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--throttled)' },
  { tag: [tags.brace, tags.squareBracket, tags.separator, tags.punctuation], color: 'var(--ink-faint)' },
]);

const looks = EditorView.theme({
  '&': { fontSize: '12.5px', color: 'var(--ink)', backgroundColor: 'var(--canvas)', maxHeight: '62vh' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-1px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--ink)', padding: '10px 0' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': {
    backgroundColor: 'var(--sunken)',
    color: 'var(--ink-faint)',
    borderRight: '1px solid var(--line)',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--hover)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection': {
    backgroundColor: 'var(--accent-soft)',
  },
  '.cm-matchingBracket': { backgroundColor: 'var(--accent-soft)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--raised)',
    border: '1px solid var(--line)',
    borderRadius: '6px',
    boxShadow: 'var(--shadow)',
    maxWidth: '520px',
  },
  '.cm-diagnostic': { padding: '6px 10px', fontFamily: 'var(--sans)', borderLeft: 'none' },
  '.cm-lintRange-warning': { backgroundImage: 'none', borderBottom: '2px solid var(--error-fill)' },
  '.cm-lintRange-error': { backgroundImage: 'none', borderBottom: '2px solid var(--error-fill)' },
});

/**
 * Text over a selection: the browser would join the lines by elements with styles of their own, which are inline styles to
 * a policy.
 */
const typing = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { state } = view;
    if (event.inputType !== 'insertText' || event.isComposing || state.readOnly) return false;
    if (event.data === null || state.selection.main.empty) return false;
    view.dispatch(state.replaceSelection(event.data), { userEvent: 'input.type', scrollIntoView: true });
    event.preventDefault();
    return true;
  },
});

/** Tab is left alone: it leads out of the editor, as out of any field. */
const extensions: readonly Extension[] = [
  lineNumbers(),
  history(),
  typing,
  drawSelection(),
  indentOnInput(),
  indentUnit.of('  '),
  bracketMatching(),
  highlightActiveLine(),
  json(),
  lintGutter(),
  syntaxHighlighting(colours),
  EditorView.lineWrapping,
  EditorView.contentAttributes.of({ 'aria-label': 'Key policy' }),
  keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap]),
  looks,
];
