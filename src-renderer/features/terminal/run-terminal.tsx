import '@xterm/xterm/css/xterm.css';
import { useComputedColorScheme } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import { useEffect, useRef } from 'react';
import type { WindowRunView } from '../../../src-shared/contract/views.ts';
import { ask } from '../../bridge.ts';
import { useRuns } from '../../state/core/runs.ts';
import { copyText } from '../../ui/text/copy-text.ts';
import { terminalTheme } from './colors.ts';
import { feed, keysTo } from './feed.ts';
import { messages } from './messages.ts';
import classes from './terminal.module.css';
import { takeStyleAttributes, withNonce } from './within-policy.ts';

takeStyleAttributes();

const SCROLLBACK_LINES = 5000;
const CONTRAST = { normal: 4.5, more: 7 } as const;

interface RunTerminalProps {
  readonly run: WindowRunView;
  /** The person has left the terminal by its key. */
  readonly onLeave: () => void;
}

/** The terminal of a command: what it prints, masked by the core, and the keys on their way to it. */
export default function RunTerminal({ run, onLeave }: RunTerminalProps) {
  const place = useRef<HTMLDivElement>(null);
  const terminal = useRef<Terminal>(undefined);
  const scheme = useComputedColorScheme('light');
  const moreContrast = useMediaQuery('(prefers-contrast: more)');
  const readsAloud = useRuns((state) => state.readsAloud);
  const { id, is_terminal: isTerminal } = run;
  const title = messages.terminal(run.title ?? run.command.join(' '));
  const hasEnded = run.ended !== null;

  useEffect(() => {
    const parent = place.current;
    if (parent === null) return undefined;
    const fresh = new Terminal({
      scrollback: SCROLLBACK_LINES,
      fontFamily: "'JetBrains Mono Variable', ui-monospace, monospace",
      fontSize: 13,
      lineHeight: 1.2,
      // On pipes nobody makes \r\n of \n.
      convertEol: !isTerminal,
      // SECURITY: a link that a command prints leads nowhere; the window opens nothing for it.
      linkHandler: { activate: () => undefined },
      theme: terminalTheme('light'),
    });
    const fit = new FitAddon();
    fresh.loadAddon(fit);
    withNonce(() => fresh.open(parent));
    terminal.current = fresh;
    const type = keysTo(id);
    const listening = [
      fresh.onData(type),
      fresh.onResize(({ cols, rows }) => {
        void ask((core) => core.runs.resize({ id, size: { columns: cols, rows } }));
      }),
    ];
    fresh.attachCustomKeyEventHandler((event) => handleKey(event, fresh, onLeave));
    const refit = new ResizeObserver(() => fit.fit());
    refit.observe(parent);
    const stop = feed(id, {
      reset: () => fresh.reset(),
      write: (text, done) => fresh.write(text, done),
    });
    return () => {
      stop();
      refit.disconnect();
      for (const one of listening) one.dispose();
      fresh.dispose();
      terminal.current = undefined;
    };
  }, [id, isTerminal, onLeave]);

  useEffect(() => {
    const current = terminal.current;
    if (current === undefined) return;
    current.options.theme = terminalTheme(scheme);
    current.options.minimumContrastRatio = CONTRAST[moreContrast ? 'more' : 'normal'];
    current.options.screenReaderMode = readsAloud;
    current.options.disableStdin = hasEnded;
    current.options.cursorInactiveStyle = hasEnded ? 'none' : 'outline';
    current.textarea?.setAttribute('aria-label', title);
  }, [id, isTerminal, scheme, moreContrast, readsAloud, hasEnded, title]);

  return <div ref={place} className={classes['terminal']} role="group" aria-label={title} data-terminal />;
}

/** @returns whether the terminal is to take the key */
const handleKey = (event: KeyboardEvent, terminal: Terminal, onLeave: () => void): boolean => {
  if (event.key === 'F6') {
    if (event.type === 'keydown') {
      event.preventDefault();
      onLeave();
    }
    return false;
  }
  const isCopy = event.ctrlKey && event.shiftKey && event.code === 'KeyC';
  if (isCopy && event.type === 'keydown' && terminal.hasSelection()) {
    event.preventDefault();
    copyText(terminal.getSelection());
  }
  // The browser's own paste, which comes back as a paste into the terminal.
  const isPaste = event.ctrlKey && event.shiftKey && event.code === 'KeyV';
  return !isCopy && !isPaste;
};
