import { create } from 'zustand';

export interface ImportChoice {
  readonly take?: boolean;
  readonly name?: string;
  readonly platform?: string;
}

interface ImportChoicesState {
  readonly env: string | null;
  /** By variable, so that they outlast another look at the file. */
  readonly choices: Readonly<Record<string, ImportChoice>>;
}

const nothing: ImportChoicesState = { env: null, choices: {} };

/** What a person changed about an import: a lock in the middle of it loses nothing. Holds no value. */
export const useImportChoices = create<ImportChoicesState>(() => nothing);

export const chooseImport = (variable: string, choice: ImportChoice): void =>
  useImportChoices.setState(({ choices }) => ({
    choices: { ...choices, [variable]: { ...choices[variable], ...choice } },
  }));
export const importInto = (env: string): void => useImportChoices.setState({ env });
export const forgetImportChoices = (): void => useImportChoices.setState(nothing, true);
