import * as Ariakit from '@ariakit/react';
import { Search } from 'lucide-react';
import { type ReactElement, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { commandKeyName, useShortcut } from '../keyboard/index.ts';
import './global-search.css';
import { type SearchTarget, searchTargets, withSuggestions } from './search-targets.ts';
import { useSuggestions } from './use-suggestions.ts';

/** The box at the top of every page: ids, ARNs, assets and words lead to what they mean. `/` goes to it. */
export function GlobalSearch({ onPalette }: { readonly onPalette: () => void }): ReactElement {
  const [text, setText] = useState('');
  const [, navigate] = useLocation();
  const input = useRef<HTMLInputElement>(null);
  useShortcut({ key: '/' }, () => input.current?.focus());
  const targets = withSuggestions(searchTargets(text), useSuggestions(text));
  const go = (href: string): void => {
    setText('');
    input.current?.blur();
    navigate(href);
  };
  return (
    <div className="global-search" role="search">
      <Ariakit.ComboboxProvider
        inputValue={text}
        setInputValue={setText}
        compositeElementInFocusOrder={false}
      >
        <Search size={15} aria-hidden="true" />
        <Ariakit.Combobox
          ref={input}
          className="global-search-input"
          aria-label="Search keys, identities, assets and the record"
          placeholder="Search an id, ARN, customer=4711 or any words"
          autoSelect="always"
          showOnClick={false}
          showOnKeyPress={false}
          onKeyDown={(event) => {
            const [first] = targets;
            if (
              event.key === 'Enter' &&
              first !== undefined &&
              input.current?.getAttribute('aria-activedescendant') === null
            ) {
              go(first.href);
            }
          }}
        />
        <kbd aria-hidden="true">/</kbd>
        {targets.length > 0 && <SearchResults targets={targets} onGo={go} />}
      </Ariakit.ComboboxProvider>
      <button
        type="button"
        className="palette-button"
        aria-label={`Commands, ${commandKeyName} K`}
        title={`Commands (${commandKeyName} K)`}
        onClick={onPalette}
      >
        {commandKeyName} K
      </button>
    </div>
  );
}

interface SearchResultsProps {
  readonly targets: readonly SearchTarget[];
  readonly onGo: (href: string) => void;
}

function SearchResults({ targets, onGo }: SearchResultsProps): ReactElement {
  return (
    <Ariakit.ComboboxPopover
      className="search-results"
      gutter={6}
      sameWidth
      portal
      aria-label="What this may mean"
    >
      {targets.map(({ what, detail, href }) => (
        <Ariakit.ComboboxItem
          key={`${what} ${detail}`}
          className="search-result"
          value={href}
          setValueOnClick={false}
          onClick={() => onGo(href)}
        >
          <span className="search-what">{what}</span>
          <span className="ellipsis">{detail}</span>
        </Ariakit.ComboboxItem>
      ))}
    </Ariakit.ComboboxPopover>
  );
}
