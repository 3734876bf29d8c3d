import { Search, X } from 'lucide-react';
import { type ReactElement, type ReactNode, type RefObject, useId } from 'react';
import './fields.css';

interface FieldProps {
  readonly label: string;
  /** Leaves the label to screen readers; where what is beside it says it. */
  readonly hidesLabel?: boolean;
  readonly hint?: ReactNode;
  readonly error?: string | undefined;
  readonly isDisabled?: boolean;
}

interface TextFieldProps extends FieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'password' | 'datetime-local' | 'number';
  readonly placeholder?: string;
  readonly autoComplete?: string;
  readonly isMono?: boolean;
  readonly isRequired?: boolean;
  /** More lines than one. */
  readonly lines?: number;
}

/** A text. */
export function TextField(props: TextFieldProps): ReactElement {
  const { value, onChange, type = 'text', placeholder, autoComplete = 'off', isMono = false, lines } = props;
  const ids = useFieldIds(props);
  const common = {
    ...ids.control,
    value,
    placeholder,
    autoComplete,
    spellCheck: false,
    required: props.isRequired ?? false,
    disabled: props.isDisabled ?? false,
    className: isMono ? 'field-control mono' : 'field-control',
  };
  return (
    <Field {...props} ids={ids}>
      {lines === undefined ? (
        <input {...common} type={type} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <textarea {...common} rows={lines} onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  );
}

interface SelectFieldProps<Value extends string> extends FieldProps {
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
}

/** One of a few things. */
export function SelectField<Value extends string>(props: SelectFieldProps<Value>): ReactElement {
  const { value, options, onChange } = props;
  const ids = useFieldIds(props);
  return (
    <Field {...props} ids={ids}>
      <select
        {...ids.control}
        className="field-control"
        value={value}
        disabled={props.isDisabled ?? false}
        onChange={({ target }) => {
          const chosen = options.find((option) => option.value === target.value);
          if (chosen !== undefined) onChange(chosen.value);
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Field>
  );
}

interface CheckFieldProps {
  readonly label: ReactNode;
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
  readonly isDisabled?: boolean;
}

/** Yes or no. */
export function CheckField({
  label,
  isChecked,
  onChange,
  isDisabled = false,
}: CheckFieldProps): ReactElement {
  return (
    <label className="check">
      <input
        type="checkbox"
        checked={isChecked}
        disabled={isDisabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>{label}</span>
    </label>
  );
}

interface SearchFieldProps {
  /** What is searched, such as `Filter keys`. */
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly inputRef?: RefObject<HTMLInputElement | null>;
}

/** Narrows a list down by words. */
export function SearchField({ label, value, onChange, inputRef }: SearchFieldProps): ReactElement {
  return (
    <div className="search-field">
      <Search size={14} aria-hidden="true" />
      <input
        ref={inputRef}
        type="text"
        role="searchbox"
        className="field-control"
        aria-label={label}
        placeholder={label}
        spellCheck={false}
        autoComplete="off"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && value !== '') onChange('');
        }}
      />
      {value !== '' && (
        <button type="button" className="search-clear" aria-label="Clear" onClick={() => onChange('')}>
          <X size={13} aria-hidden="true" />
        </button>
      )}
    </div>
  );
}

interface FieldIds {
  readonly control: {
    readonly id: string;
    readonly 'aria-describedby'?: string;
    readonly 'aria-invalid'?: boolean;
  };
  readonly note: string;
}

function useFieldIds({ hint, error }: FieldProps): FieldIds {
  const id = useId();
  const note = `${id}-note`;
  const hasNote = hint !== undefined || error !== undefined;
  return {
    control: {
      id,
      ...(hasNote ? { 'aria-describedby': note } : {}),
      ...(error === undefined ? {} : { 'aria-invalid': true }),
    },
    note,
  };
}

function Field(props: FieldProps & { readonly ids: FieldIds; readonly children: ReactNode }): ReactElement {
  const { label, hidesLabel = false, hint, error, ids, children } = props;
  return (
    <div className="field">
      <label className={hidesLabel ? 'visually-hidden' : 'field-label'} htmlFor={ids.control.id}>
        {label}
      </label>
      {children}
      {(error ?? hint) !== undefined && (
        <div id={ids.note} className={error === undefined ? 'field-hint' : 'field-error'}>
          {error ?? hint}
        </div>
      )}
    </div>
  );
}
