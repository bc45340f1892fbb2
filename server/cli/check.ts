export async function check(_paths: readonly string[], _format: "pretty" | "json" | "sarif" | "github"): Promise<boolean> {
  throw new Error("not yet");
}
