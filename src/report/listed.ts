/** One record of `list`. Its overview is unchecked: it is from the service or from a file. */
export interface ListedConfiguration {
  readonly deviceConfigurationId: string;
  readonly displayName: string | null;
  readonly '@odata.type': string | null;
  readonly overview?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}
