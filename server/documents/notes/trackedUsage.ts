import type { Tracked } from "./journal";
import type { LetterUse, Usage } from "./usage";
import { COUNTS } from "./usageSum";

/** The habits of a note kept in maps that notice who looks: a sentence depends on the habits that it asked for, no more. */
export function trackedUsage(
  habits: Usage,
  maps: { readonly habits: Tracked<number>; readonly letters: Tracked<LetterUse>; readonly labels: Tracked<true> },
): Usage {
  for (const name of COUNTS) maps.habits.set(name, habits[name]);
  for (const letter of habits.mixed) maps.habits.set(`mixed ${letter}`, 1);
  for (const letter of habits.levels) maps.habits.set(`level ${letter}`, 1);
  for (const [key, use] of habits.letters) maps.letters.set(key, use);
  for (const label of habits.labels) maps.labels.set(label, true);
  const usage = {
    letters: maps.letters as unknown as Usage["letters"],
    mixed: { has: (letter: string) => maps.habits.has(`mixed ${letter}`) },
    levels: { has: (letter: string) => maps.habits.has(`level ${letter}`) },
    labels: maps.labels as unknown as Usage["labels"],
  };
  for (const name of COUNTS)
    Object.defineProperty(usage, name, { get: () => maps.habits.get(name) ?? 0, enumerable: true });
  return usage as unknown as Usage;
}
