import type { ITheme } from '@xterm/xterm';

type Scheme = 'light' | 'dark';

/** The sixteen colours of a terminal, legible on the ground of their scheme. */
const ANSI: Record<Scheme, ITheme> = {
  light: {
    black: '#191d21',
    red: '#b3261e',
    green: '#1a6b3c',
    yellow: '#8a5300',
    blue: '#1f5c9e',
    magenta: '#8f2f8a',
    cyan: '#0f686d',
    white: '#5a616a',
    brightBlack: '#5a616a',
    brightRed: '#97211a',
    brightGreen: '#0d4b28',
    brightYellow: '#5f3900',
    brightBlue: '#143f70',
    brightMagenta: '#6a1f66',
    brightCyan: '#074549',
    brightWhite: '#191d21',
  },
  dark: {
    black: '#3a4047',
    red: '#f69a94',
    green: '#7fd0a0',
    yellow: '#f0b95c',
    blue: '#8bbcf0',
    magenta: '#e3a3dd',
    cyan: '#73c0c3',
    white: '#c3c8cd',
    brightBlack: '#a0a7af',
    brightRed: '#ffc9c5',
    brightGreen: '#b6ecca',
    brightYellow: '#ffdca0',
    brightBlue: '#bcd9f8',
    brightMagenta: '#f3ccef',
    brightCyan: '#a3d5d7',
    brightWhite: '#ffffff',
  },
};

/** As the rest of the window is: ground and text by their roles, everything else to go with them. */
export const terminalTheme = (scheme: Scheme): ITheme => {
  const styles = getComputedStyle(document.documentElement);
  const role = (name: string): string => styles.getPropertyValue(`--km-${name}`).trim();
  const text = role('terminal-text');
  return {
    ...ANSI[scheme],
    background: role('terminal-bg'),
    foreground: text,
    cursor: text,
    cursorAccent: role('terminal-bg'),
    selectionBackground: `${role('accent')}66`,
    scrollbarSliderBackground: `${role('line-strong')}66`,
    scrollbarSliderHoverBackground: `${role('line-strong')}aa`,
    scrollbarSliderActiveBackground: role('line-strong'),
  };
};
