// Runs in the page: the middle of a piece of text in the editor, in the first line that holds what is around it.
([wanted, around]) => {
  for (const line of document.querySelectorAll(".monaco-editor .view-line")) {
    const nodes = [];
    const walk = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    for (let n = walk.nextNode(); n !== null; n = walk.nextNode()) {
      // What decorations put in (inlay hints) is not text of the line.
      if (!/\bced-|dyn-rule/.test(n.parentElement.className)) nodes.push(n);
    }
    const full = nodes
      .map((n) => n.data)
      .join("")
      .replace(/\u00a0/g, " ");
    const base = full.indexOf(around);
    if (base < 0) continue;
    const middle = base + around.indexOf(wanted) + Math.floor(wanted.length / 2);
    let seen = 0;
    for (const n of nodes) {
      if (middle < seen + n.data.length) {
        const range = document.createRange();
        range.setStart(n, middle - seen);
        range.setEnd(n, middle - seen + 1);
        const box = range.getBoundingClientRect();
        return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      }
      seen += n.data.length;
    }
  }
  return undefined;
};
