import * as Ariakit from '@ariakit/react';
import { Search } from 'lucide-react';
import { type ReactElement, type SubmitEvent, useEffect, useState } from 'react';
import { useApi } from '../../api/index.ts';
import { Button } from '../../components/index.ts';

interface AssetFieldProps {
  /** As it is asked about now. */
  readonly asset: string;
  readonly onAsk: (asset: string) => void;
}

const waitMs = 180;
const offersMax = 10;

/** Which asset is asked about: a pair of an encryption context, with those that the record has to choose from. */
export function AssetField({ asset, onAsk }: AssetFieldProps): ReactElement {
  const [text, setText] = useState(asset);
  const [settled, setSettled] = useState('');
  useEffect(() => setText(asset), [asset]);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text.trim()), waitMs);
    return () => clearTimeout(timer);
  }, [text]);
  const isAsked = settled !== '' && settled !== asset;
  const found = useApi(
    isAsked ? ['asset-suggest', settled] : null,
    ({ client }) => client.record.suggest({ field: 'asset', prefix: settled, limit: offersMax }),
    { keepsLast: true },
  );
  const offers = isAsked ? (found.value?.suggestions ?? []) : [];
  const isPair = text.trim().indexOf('=') > 0;
  const ask = (): void => {
    if (isPair) onAsk(text.trim());
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    ask();
  };
  return (
    <form className="access-ask" role="search" aria-label="Assets" onSubmit={submit}>
      <Ariakit.ComboboxProvider inputValue={text} setInputValue={setText}>
        <div className="access-box">
          <Search size={16} aria-hidden="true" />
          <Ariakit.Combobox
            className="access-input"
            aria-label="Asset"
            placeholder="An asset, such as customer=4711"
            autoSelect={false}
            showOnClick={false}
            onKeyDown={({ key, currentTarget }) => {
              const isChoosing = (currentTarget.getAttribute('aria-activedescendant') ?? '') !== '';
              if (key === 'Enter' && !isChoosing) ask();
            }}
          />
        </div>
        {offers.length > 0 && (
          <Ariakit.ComboboxPopover
            className="access-offers"
            gutter={6}
            sameWidth
            portal
            aria-label="Assets of the record"
          >
            {offers.map(({ value }) => (
              <Ariakit.ComboboxItem
                key={value}
                className="access-offer"
                value={value}
                onClick={() => onAsk(value)}
              />
            ))}
          </Ariakit.ComboboxPopover>
        )}
      </Ariakit.ComboboxProvider>
      <Button type="submit" look={asset === '' ? 'primary' : 'plain'} disabled={!isPair}>
        Who accessed it
      </Button>
    </form>
  );
}
