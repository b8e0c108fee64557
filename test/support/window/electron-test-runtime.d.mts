export interface FoundElectron {
  readonly executable: string;
  readonly kind: 'official' | 'electron33';
}
export declare const findElectron: () => Promise<FoundElectron>;
