import { create } from 'zustand';

/** Whether the vault was opened with the recovery code: whoever had to use it has no passphrase until they set one. */
export const useRecovered = create<{ readonly isOpenByCode: boolean }>(() => ({ isOpenByCode: false }));

export const openedByCode = (): void => useRecovered.setState({ isOpenByCode: true });
/** They have just typed it, or set it. */
export const passphraseIsKnown = (): void => useRecovered.setState({ isOpenByCode: false });
