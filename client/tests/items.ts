import { type TestController, type TestItem, type TestItemCollection, type Uri, workspace } from "vscode";
import type { Range as ProtocolRange } from "vscode-languageclient";
import { labelText } from "../../server/core/escaping";
import type { ClaimItem, ClaimsResult } from "../../server/lsp/protocol";
import { toRange } from "./ranges";

/** How claims show in the list of tests: a file, its sections, their formulas. */
export class ClaimItems {
  /** What is known of the claim of an item; files and sections have none. */
  readonly #claims = new WeakMap<TestItem, ClaimItem>();
  readonly #unread = new Map<string, readonly ProtocolRange[]>();

  constructor(readonly controller: TestController) {}

  claimOf(item: TestItem): ClaimItem | undefined {
    return this.#claims.get(item);
  }

  /** Formulas of a file that could not be read. */
  unread(uri: Uri): readonly ProtocolRange[] {
    return this.#unread.get(uri.toString()) ?? [];
  }

  file(uri: Uri): TestItem | undefined {
    return this.controller.items.get(uri.toString());
  }

  forget(uri: Uri): void {
    this.#unread.delete(uri.toString());
    this.controller.items.delete(uri.toString());
  }

  /**
   * Shows the claims of a file as they are now. An item whose formula is still there stays the same item, wherever it
   * has moved to, so that its last result stays with it. A file without claims is not shown.
   */
  put(uri: Uri, { sections, claims, unread }: ClaimsResult): TestItem | undefined {
    if (claims.length === 0) {
      this.forget(uri);
      return undefined;
    }
    this.#unread.set(uri.toString(), unread);
    const file = this.file(uri) ?? this.#make(uri.toString(), workspace.asRelativePath(uri), uri);
    const children = new Map<TestItem, TestItem[]>();
    const seen = new Map<string, number>();
    const under = (parent: TestItem, key: string, label: string, range: ProtocolRange): TestItem => {
      const full = `${parent.id}\n${key}`;
      const count = (seen.get(full) ?? 0) + 1;
      seen.set(full, count);
      const id = count === 1 ? full : `${full}\n${count}`;
      const item = parent.children.get(id) ?? this.#make(id, label, uri);
      item.label = labelText(label);
      item.range = toRange(range);
      item.sortText = String(range.start.line).padStart(8, "0") + String(range.start.character).padStart(6, "0");
      const siblings = children.get(parent);
      if (siblings === undefined) children.set(parent, [item]);
      else siblings.push(item);
      return item;
    };
    // Only sections that hold claims are shown.
    const used = new Set<number>();
    for (const { section } of claims)
      for (let s = section; s !== undefined && !used.has(s); s = sections[s]?.parent) used.add(s);
    const items: TestItem[] = [];
    sections.forEach(({ title, range, parent }, number) => {
      if (used.has(number)) items[number] = under(parent === undefined ? file : items[parent]!, `# ${title}`, title, range); // prettier-ignore
    });
    for (const claim of claims) {
      const item = under(claim.section === undefined ? file : items[claim.section]!, claim.text, claim.label, claim.range); // prettier-ignore
      this.#claims.set(item, claim);
    }
    for (const item of [file, ...children.keys()]) replace(item.children, children.get(item) ?? []);
    if (this.file(uri) === undefined) this.controller.items.add(file);
    return file;
  }

  #make(id: string, label: string, uri: Uri): TestItem {
    return this.controller.createTestItem(id, labelText(label), uri);
  }
}

/** Replaces what a collection holds, unless it holds just that. */
function replace(collection: TestItemCollection, items: readonly TestItem[]): void {
  if (collection.size === items.length && items.every((i) => collection.get(i.id) === i)) return;
  collection.replace(items);
}

/** All claims below an item, in order. */
export function* leavesOf(item: TestItem): Generator<TestItem> {
  if (item.children.size === 0) yield item;
  else for (const [, child] of item.children) yield* leavesOf(child);
}

/** The file of an item. */
export function fileOf(item: TestItem): TestItem {
  let file = item;
  while (file.parent !== undefined) file = file.parent;
  return file;
}
