import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';
import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { createElement } from 'react';
import { messages } from '../text/messages.ts';

/**
 * Every colour, size and font of the window, by role. Components name a role (`--km-danger-text`), never a colour.
 * Colour carries meaning only: danger = act now, warn = soon, ok = verified just now; a word or shape always says the same.
 */

const sea: MantineColorsTuple = [
  '#e6f5f5',
  '#cfe9ea',
  '#a3d5d7',
  '#73c0c3',
  '#4aabaf',
  '#2f979b',
  '#17797e',
  '#0f686d',
  '#0b565b',
  '#074549',
];
const grey: MantineColorsTuple = [
  '#f7f8f9',
  '#eff1f3',
  '#e4e7ea',
  '#d5d9de',
  '#b4bac2',
  '#8b929b',
  '#5d646d',
  '#454b53',
  '#2c3238',
  '#191d21',
];
const night: MantineColorsTuple = [
  '#e7e9eb',
  '#c3c8cd',
  '#a0a7af',
  '#737a83',
  '#3a4047',
  '#32373d',
  '#24282c',
  '#191c1f',
  '#131517',
  '#0d0f10',
];
const red: MantineColorsTuple = [
  '#fff0ef',
  '#fddcda',
  '#f7b6b2',
  '#f08d87',
  '#ea6a62',
  '#e1544b',
  '#c9352c',
  '#b52a22',
  '#97211a',
  '#741712',
];

const roles = {
  light: {
    surface: '#ffffff',
    'surface-sunken': '#f5f6f8',
    'surface-raised': '#ffffff',
    hover: '#f3f5f6',
    selected: '#e6f3f3',
    line: '#e2e5e9',
    'line-strong': '#8b929b',
    field: '#b4bac2',
    text: '#191d21',
    'text-dim': '#5a616a',
    'accent-text': '#0f686d',
    accent: '#0f686d',
    track: '#e2e5e9',
    bar: '#7d8791',
    'danger-text': '#b3261e',
    'danger-fill': '#d1382f',
    'danger-bg': '#fdeeed',
    'warn-text': '#8a5300',
    'warn-fill': '#d98a06',
    'warn-bg': '#fdf3e1',
    'ok-text': '#1a6b3c',
    'ok-fill': '#2b9a5a',
    'ok-bg': '#e8f5ed',
    'env-dev-text': '#1f5c9e',
    'env-dev-bg': '#e7f0fa',
    'env-staging-text': '#6a3fa5',
    'env-staging-bg': '#f1eafa',
    'env-live-text': '#a3155f',
    'env-live-bg': '#fbe8f1',
    'env-live-line': '#c02674',
    'env-other-text': '#4a525b',
    'env-other-bg': '#eceff2',
    'terminal-bg': '#fbfcfd',
    'terminal-text': '#191d21',
    shadow: '0 1px 2px rgb(15 20 25 / 8%), 0 8px 28px rgb(15 20 25 / 14%)',
  },
  dark: {
    surface: '#191c1f',
    'surface-sunken': '#131517',
    'surface-raised': '#202428',
    hover: '#202428',
    selected: '#163234',
    line: '#2c3136',
    'line-strong': '#6d747c',
    field: '#4a5159',
    text: '#e7e9eb',
    'text-dim': '#a0a7af',
    'accent-text': '#73c0c3',
    accent: '#4aabaf',
    track: '#31363c',
    bar: '#8d969f',
    'danger-text': '#f69a94',
    'danger-fill': '#e1544b',
    'danger-bg': '#3a1d1c',
    'warn-text': '#f0b95c',
    'warn-fill': '#dd9a2c',
    'warn-bg': '#35270f',
    'ok-text': '#7fd0a0',
    'ok-fill': '#3fa76b',
    'ok-bg': '#152e20',
    'env-dev-text': '#8bbcf0',
    'env-dev-bg': '#17283b',
    'env-staging-text': '#c3a5f0',
    'env-staging-bg': '#2b2140',
    'env-live-text': '#f59ac6',
    'env-live-bg': '#401a2f',
    'env-live-line': '#d84f93',
    'env-other-text': '#b9c0c7',
    'env-other-bg': '#2b3036',
    'terminal-bg': '#0d0f10',
    'terminal-text': '#dde0e3',
    shadow: '0 1px 2px rgb(0 0 0 / 40%), 0 10px 32px rgb(0 0 0 / 48%)',
  },
} as const;

type Roles = Record<keyof (typeof roles)['light'], string>;

/** Where the system asks for more contrast: lines and quiet text step up, tints step back. */
const moreContrast: Record<'light' | 'dark', Partial<Roles>> = {
  light: {
    line: '#8b929b',
    'line-strong': '#454b53',
    field: '#454b53',
    'text-dim': '#33393f',
    track: '#c3c8ce',
    bar: '#33393f',
    'danger-text': '#8c130d',
    'warn-text': '#5f3900',
    'ok-text': '#0d4b28',
    'accent-text': '#074549',
    'terminal-bg': '#ffffff',
    'terminal-text': '#000000',
  },
  dark: {
    surface: '#0d0f10',
    line: '#737a83',
    'line-strong': '#c3c8cd',
    field: '#c3c8cd',
    'text-dim': '#d4d8dc',
    track: '#454b52',
    bar: '#d4d8dc',
    'danger-text': '#ffc9c5',
    'warn-text': '#ffdca0',
    'ok-text': '#b6ecca',
    'accent-text': '#a3d5d7',
    'terminal-bg': '#000000',
    'terminal-text': '#ffffff',
  },
};

const asVariables = (values: Partial<Roles>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([role, value]) => [`--km-${role}`, value]));

const mantineVariables = (values: Roles): Record<string, string> => ({
  '--mantine-color-body': values.surface,
  '--mantine-color-text': values.text,
  '--mantine-color-dimmed': values['text-dim'],
  '--mantine-color-error': values['danger-text'],
  '--mantine-color-anchor': values['accent-text'],
  '--mantine-color-default-border': values.line,
  '--mantine-color-default-color': values.text,
  '--mantine-color-placeholder': values['text-dim'],
});

/** The CSS variables of the roles, for the colour scheme and the contrast the system asks for. */
export const resolveVariables =
  (contrast: 'normal' | 'more'): CSSVariablesResolver =>
  () => {
    const scheme = (name: 'light' | 'dark') => {
      const values: Roles = { ...roles[name], ...(contrast === 'more' ? moreContrast[name] : {}) };
      return { ...asVariables(values), ...mantineVariables(values) };
    };
    return { variables: {}, light: scheme('light'), dark: scheme('dark') };
  };

export const theme = createTheme({
  primaryColor: 'sea',
  primaryShade: { light: 7, dark: 6 },
  colors: { sea, gray: grey, dark: night, red },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  lineHeights: { xs: '1.333', sm: '1.385', md: '1.429', lg: '1.5', xl: '1.4' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.25rem', lineHeight: '1.4' },
      h2: { fontSize: '1rem', lineHeight: '1.5' },
      h3: { fontSize: '0.875rem', lineHeight: '1.429' },
    },
  },
  spacing: { xs: '0.25rem', sm: '0.5rem', md: '0.75rem', lg: '1rem', xl: '1.5rem', xxl: '2rem' },
  defaultRadius: 6,
  respectReducedMotion: true,
  cursorType: 'default',
  components: {
    Button: { defaultProps: { size: 'sm' } },
    TextInput: { defaultProps: { size: 'sm' } },
    PasswordInput: {
      defaultProps: {
        size: 'sm',
        visibilityToggleIcon: ({ reveal }: { readonly reveal: boolean }) =>
          createElement(reveal ? IconEyeOff : IconEye, { size: 18, stroke: 1.5, 'aria-hidden': true }),
      },
    },
    Switch: { defaultProps: { withThumbIndicator: false } },
    Select: { defaultProps: { size: 'sm', comboboxProps: { transitionProps: { duration: 120 } } } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': messages.close } } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: false, transitionProps: { duration: 120 } } },
    Modal: {
      defaultProps: {
        centered: true,
        radius: 8,
        padding: 'lg',
        transitionProps: { duration: 150, transition: 'fade' },
        overlayProps: { backgroundOpacity: 0.35 },
      },
    },
    SegmentedControl: { defaultProps: { withItemsBorders: false } },
    Menu: {
      defaultProps: {
        transitionProps: { duration: 120 },
        shadow: 'md',
        // The first item takes the focus; a placeholder before it would be no item of a menu.
        withInitialFocusPlaceholder: false,
      },
    },
  },
});
