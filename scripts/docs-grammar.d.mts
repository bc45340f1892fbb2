export function grammarPage(): { readonly page: string; readonly pictures: ReadonlyMap<string, string> };
