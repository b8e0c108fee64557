import type { StatusView } from '../../../src-shared/contract/views.ts';
import type { Place } from '../../../src-shared/domain/place.ts';
import { trayWords } from './words.ts';

/** A command that is kept to be started, as the menu offers it. */
export interface QuickRun {
  readonly id: string;
  readonly label: string;
}

export interface TrayState {
  readonly vault: StatusView['vault'];
  /** What should be done today; null while nobody can tell. */
  readonly urgent: number | null;
  /** Newest first. */
  readonly runs: readonly QuickRun[];
}

export type TrayAction =
  | { readonly do: 'go'; readonly place: Place | null }
  | { readonly do: 'lock' }
  | { readonly do: 'run'; readonly id: string }
  | { readonly do: 'quit' };

export type TrayItem =
  | { readonly kind: 'fact'; readonly label: string }
  | { readonly kind: 'separator' }
  | { readonly kind: 'action'; readonly label: string; readonly action: TrayAction }
  | { readonly kind: 'group'; readonly label: string; readonly items: readonly TrayItem[] };

export interface TrayMenu {
  readonly tooltip: string;
  readonly items: readonly TrayItem[];
}

const MOST_RUNS = 6;
const MOST_LABEL = 60;
const separator: TrayItem = { kind: 'separator' };
const action = (label: string, what: TrayAction): TrayItem => ({ kind: 'action', label, action: what });

const shortened = (label: string): string =>
  label.length > MOST_LABEL ? `${label.slice(0, MOST_LABEL - 1)}…` : label;

/** What the icon in the tray says, and what can be chosen from it. */
export const trayMenu = ({ vault, urgent, runs }: TrayState): TrayMenu => {
  const isOpen = vault === 'unlocked';
  const words = isOpen && urgent !== null ? trayWords.urgent(urgent) : trayWords.vault(vault);
  const offered = isOpen ? runs.slice(0, MOST_RUNS) : [];
  const overview: Place = { at: 'screen', screen: 'overview' };
  return {
    tooltip: trayWords.tooltip(words),
    items: [
      isOpen && (urgent ?? 0) > 0
        ? action(words, { do: 'go', place: overview })
        : { kind: 'fact', label: words },
      separator,
      action(trayWords.open, { do: 'go', place: null }),
      ...(offered.length === 0
        ? []
        : [
            {
              kind: 'group' as const,
              label: trayWords.run,
              items: offered.map(({ id, label }) => action(shortened(label), { do: 'run', id })),
            },
          ]),
      ...(isOpen ? [action(trayWords.lock, { do: 'lock' })] : []),
      separator,
      action(trayWords.quit, { do: 'quit' }),
    ],
  };
};
