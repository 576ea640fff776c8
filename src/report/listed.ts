/** One configuration as `list` has it; its overview is what the service returned, or what a file says it did. */
export interface ListedConfiguration {
  readonly deviceConfigurationId: string;
  readonly displayName: string | null;
  readonly '@odata.type': string | null;
  readonly overview?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}
