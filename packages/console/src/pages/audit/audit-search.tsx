import * as Ariakit from '@ariakit/react';
import { Search } from 'lucide-react';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { useApi } from '../../api/index.ts';
import { shortArn } from '../../formats/index.ts';
import { type FilterName, filterLabels } from './audit-query.ts';
import { fieldsBeginning, lastToken, readTyped, type Typed, tokenText } from './search-tokens.ts';

interface AuditSearchProps {
  /** What was typed is to narrow down the record from now on. */
  readonly onSearch: (typed: Typed) => void;
}

interface Offer {
  readonly field: FilterName;
  /** Absent where the field alone is offered. */
  readonly value?: string;
}

const waitMs = 180;
const offersMax = 9;
/** Offered before anything is typed, with what they are good for. */
const firstFields: readonly (readonly [FilterName, string])[] = [
  ['principal', 'who asked: a name or ARN'],
  ['key', 'with which key: an id, alias or ARN'],
  ['asset', 'what it was about: customer=4711'],
  ['action', 'what was done: key.decrypt, key.*'],
  ['outcome', 'how it ended: success, denied, error, throttled'],
  ['source', 'from which address'],
  ['errorCode', 'with which error'],
  ['credential', 'with which access key'],
];

/** One box for everything: tokens such as `principal:reports`, pairs such as `customer=4711`, ids, and words. */
export function AuditSearch({ onSearch }: AuditSearchProps): ReactElement {
  const [text, setText] = useState('');
  const [isOpen, setOpen] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const settled = useSettled(text, waitMs);
  const offers = useOffers(text, settled);
  const search = (typed: string): void => {
    const read = readTyped(typed);
    setText('');
    setOpen(false);
    if (read.words.length > 0 || Object.keys(read.filters).length > 0) onSearch(read);
  };
  const take = ({ field, value }: Offer): void => {
    const before = text.slice(0, lastToken(text).start);
    if (value === undefined) setText(`${before}${field === 'asset' ? '' : `${field}:`}`);
    else search(`${before}${tokenText(field, value)}`);
    input.current?.focus();
  };
  return (
    <div className="audit-search" role="search" aria-label="The record">
      <Ariakit.ComboboxProvider inputValue={text} setInputValue={setText} open={isOpen} setOpen={setOpen}>
        <Search size={16} aria-hidden="true" />
        <Ariakit.Combobox
          ref={input}
          className="audit-search-input"
          aria-label="Search the record"
          placeholder="Search the record: principal:reports, customer=4711, outcome:denied, any words"
          autoSelect={false}
          onKeyDown={(event) => {
            const isChoosing = (input.current?.getAttribute('aria-activedescendant') ?? '') !== '';
            if (event.key === 'Enter' && !isChoosing) search(text);
          }}
        />
        {offers.length > 0 && (
          <Ariakit.ComboboxPopover
            className="audit-offers"
            gutter={6}
            sameWidth
            portal
            aria-label="What to search for"
          >
            {offers.map((offer) => (
              <OfferItem key={`${offer.field} ${offer.value ?? ''}`} offer={offer} onTake={take} />
            ))}
          </Ariakit.ComboboxPopover>
        )}
      </Ariakit.ComboboxProvider>
    </div>
  );
}

interface OfferItemProps {
  readonly offer: Offer;
  readonly onTake: (offer: Offer) => void;
}

function OfferItem({ offer, onTake }: OfferItemProps): ReactElement {
  const { field, value } = offer;
  return (
    <Ariakit.ComboboxItem
      className="audit-offer"
      value={value ?? `${field}:`}
      setValueOnClick={false}
      hideOnClick={value !== undefined}
      onClick={() => onTake(offer)}
    >
      <span className="audit-offer-field">{value === undefined ? `${field}:` : filterLabels[field]}</span>
      <span className="audit-offer-value" title={value}>
        {value === undefined ? noteOf(field) : shortArn(value)}
      </span>
    </Ariakit.ComboboxItem>
  );
}

function noteOf(field: FilterName): string {
  return firstFields.find(([name]) => name === field)?.[1] ?? filterLabels[field];
}

/** Names of fields at once; values of the record when the typing pauses. */
function useOffers(text: string, settled: string): readonly Offer[] {
  const now = lastToken(text);
  const asked = lastToken(settled);
  // Every question is recorded: none is asked before there is something to go by.
  const isAsked = asked.field !== undefined || asked.prefix.length >= 2;
  const found = useApi(
    isAsked && asked.field !== 'text' ? ['audit-suggest', asked.field ?? '', asked.prefix] : null,
    ({ client }) =>
      client.record.suggest({ prefix: asked.prefix, limit: offersMax, ...fieldOf(asked.field) }),
  );
  if (text.trim() === '') return firstFields.map(([field]) => ({ field }));
  const fields = now.field === undefined && now.prefix !== '' ? fieldsBeginning(now.prefix) : [];
  const values = found.value?.suggestions ?? [];
  return [
    ...fields.slice(0, 3).map((field) => ({ field })),
    ...values.filter((offer) => now.field === undefined || offer.field === now.field),
  ].slice(0, offersMax);
}

/** The fields that the record suggests values of. */
function fieldOf(field: FilterName | undefined): { readonly field?: Exclude<FilterName, NotSuggested> } {
  switch (field) {
    case undefined:
    case 'text':
    case 'request':
    case 'incident':
    case 'ciphertext':
      return {};
    default:
      return { field };
  }
}

type NotSuggested = 'text' | 'request' | 'incident' | 'ciphertext';

/** A text as it is once it has not changed for so long. */
function useSettled(text: string, forMs: number): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), forMs);
    return () => clearTimeout(timer);
  }, [text, forMs]);
  return settled;
}
