/** What the platform itself takes. */
export const handler = async (): Promise<{ made: number }> => ({ made: 0 });
