// Surface only; being written.
export interface CallOptions {
  remainingMs?: () => number;
}
export interface User {
  guid: string;
  email: string;
}
export interface Users {
  get(guid: string, call?: CallOptions): Promise<User>;
}
export interface AccessGroups {
  list(call?: CallOptions): Promise<{ groups: { guid: string; name: string }[] }>;
}
