import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { page, type PanelWords } from "../../client/panelPage";

const WORDS: PanelWords = {
  language: "zh-cn",
  derivation: "推导",
  fewer: "较少步骤",
  every: "全部步骤",
  copyLatex: "复制 LaTeX",
  copyText: "复制文本",
  by: "对",
  variable: "变量",
  copy: "复制",
  copyLine: (n) => `将第 ${n} 行复制为 LaTeX`,
};

describe("the page of the derivation panel", () => {
  const lines = [{ left: "f", right: "λ²", why: "", latex: "f = \\lambda^2" }];
  const html = page({ title: "f", variable: "λ", variables: ["x_é", "λ"], lines, latex: "", text: "" }, { full: false, words: WORDS }); // prettier-ignore

  it("names variables as they are, and the one that is derived by first", () => {
    assert.match(html, /<option>x_é<\/option><option selected>λ<\/option>/);
  });

  it("is in the reader's language", () => {
    assert.match(html, /<html lang="zh-cn">/);
    assert.match(html, />全部步骤<[\s\S]*title="将第 1 行复制为 LaTeX"/);
  });
});
