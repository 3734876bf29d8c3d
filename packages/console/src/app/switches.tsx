import { Monitor, Moon, Sun } from 'lucide-react';
import type { ReactElement } from 'react';
import { IconButton, Menu, Segments } from '../components/index.ts';
import { type Clock, type Theme, useClock, useTheme } from '../preferences/index.ts';

const clocks: readonly { readonly value: Clock; readonly label: string }[] = [
  { value: 'utc', label: 'UTC' },
  { value: 'local', label: 'Local' },
];

/** Whether instants are shown in UTC or in the browser's time zone. */
export function ClockSwitch(): ReactElement {
  const [clock, setClock] = useClock();
  return <Segments label="Times in" value={clock} options={clocks} onChange={setClock} />;
}

const themes = [
  { value: 'system', label: 'As the system', icon: Monitor },
  { value: 'light', label: 'Light', icon: Sun },
  { value: 'dark', label: 'Dark', icon: Moon },
] as const satisfies readonly { readonly value: Theme; readonly label: string; readonly icon: typeof Sun }[];

/** Light or dark. */
export function ThemeMenu(): ReactElement {
  const [theme, setTheme] = useTheme();
  const icon = themes.find(({ value }) => value === theme)?.icon ?? Monitor;
  return (
    <Menu
      button={<IconButton icon={icon} label="Theme" />}
      groups={[
        themes.map(({ value, label, icon: own }) => ({
          label,
          icon: own,
          isChosen: value === theme,
          onSelect: () => setTheme(value),
        })),
      ]}
    />
  );
}
