import { ENTRYWISE_NAMES } from "../../operators";
import { tableOf } from "../../core/table";
/**
 * What the commands of LaTeX mean to us: the kind of token that each becomes, and its meaning.
 * `tokens.ts` documents the kinds.
 */

/** Greek letters and other symbols that are names; the name is the one that `.mcalc` uses. */
export const SYMBOLS: Readonly<Record<string, string>> = tableOf({
  alpha: "alpha", beta: "beta", gamma: "gamma", delta: "delta", epsilon: "epsilon", varepsilon: "epsilon", zeta: "zeta",
  eta: "eta", theta: "theta", vartheta: "theta", iota: "iota", kappa: "kappa", lambda: "lambda", mu: "mu", nu: "nu",
  xi: "xi", omicron: "omicron", pi: "pi", varpi: "pi", rho: "rho", varrho: "rho", sigma: "sigma", varsigma: "sigma",
  tau: "tau", upsilon: "upsilon", phi: "phi", varphi: "phi", chi: "chi", psi: "psi", omega: "omega",
  Gamma: "Gamma", Delta: "Delta", Theta: "Theta", Lambda: "Lambda", Xi: "Xi", Pi: "Pi", Sigma: "Sigma",
  Upsilon: "Upsilon", Phi: "Phi", Psi: "Psi", Omega: "Omega", varGamma: "Gamma", varDelta: "Delta",
  varTheta: "Theta", varLambda: "Lambda", varSigma: "Sigma", varPhi: "Phi", varPsi: "Psi", varOmega: "Omega",
  ell: "ell", hbar: "hbar", imath: "i", jmath: "j", aleph: "aleph", Re: "Re", Im: "Im", wp: "wp",
  infty: "infinity", emptyset: "emptyset", varnothing: "emptyset", top: "top", bot: "bot", intercal: "top",
  dagger: "dagger", dag: "dagger", ast: "ast", star: "star", sharp: "sharp", flat: "flat", natural: "natural",
  bullet: "bullet", square: "square", Box: "square", triangle: "triangle", perp: "perp", R: "bbR", reals: "bbR",
  RR: "bbR", Reals: "bbR", N: "bbN", Z: "bbZ", Q: "bbQ", C: "bbC", complexes: "bbC", tp: "top", T: "top", trans: "top",
  tran: "top", transpose: "top", transp: "top",
}); // prettier-ignore

/** Letters of Unicode that stand for commands. */
export const UNICODE: Readonly<Record<string, string>> = tableOf({
  α: "\\alpha", β: "\\beta", γ: "\\gamma", δ: "\\delta", ε: "\\epsilon", ϵ: "\\epsilon", ζ: "\\zeta", η: "\\eta", θ: "\\theta",
  ϑ: "\\theta", ι: "\\iota", κ: "\\kappa", λ: "\\lambda", μ: "\\mu", µ: "\\mu", ν: "\\nu", ξ: "\\xi", π: "\\pi", ρ: "\\rho", σ: "\\sigma",
  τ: "\\tau", υ: "\\upsilon", φ: "\\phi", ϕ: "\\phi", χ: "\\chi", ψ: "\\psi", ω: "\\omega", Γ: "\\Gamma", Δ: "\\Delta", "∆": "\\Delta",
  Θ: "\\Theta", Λ: "\\Lambda", Ξ: "\\Xi", Π: "\\Pi", Σ: "\\Sigma", Υ: "\\Upsilon", Φ: "\\Phi", Ψ: "\\Psi", Ω: "\\Omega",
  "∂": "\\partial", "∇": "\\nabla", "−": "-", "–": "-", "×": "\\times", "·": "\\cdot", "⋅": "\\cdot", "÷": "\\div", "⊙": "\\odot", "∘": "\\circ",
  "⊗": "\\otimes", "∗": "*", "±": "\\pm", "≈": "\\approx", "≠": "\\neq", "≤": "\\leq", "≥": "\\geq", "≡": "\\equiv", "∈": "\\in",
  "→": "\\to", "←": "\\leftarrow", "⇒": "\\Rightarrow", "⇔": "\\Leftrightarrow", "∀": "\\forall", "∑": "\\sum", "∏": "\\prod", "∫": "\\int",
  "√": "\\sqrt", "∞": "\\infty", "…": "\\dots", "⋯": "\\cdots", "⋮": "\\vdots", "⋱": "\\ddots", "ℓ": "\\ell", "ℝ": "\\R", "⟨": "\\langle",
  "⟩": "\\rangle", "‖": "\\|", "∥": "\\|", "′": "'", "’": "'", "⊤": "\\top", "≻": "\\succ", "⪰": "\\succeq", "≜": "\\triangleq", "∝": "\\propto",
  "∣": "|", "∼": "\\sim", "~": "~", "≔": "\\coloneqq", "⊺": "\\top", "¯": "\\bar", "≪": "\\ll", "≫": "\\gg", "⊆": "\\subseteq", "⊂": "\\subset", "—": "\\dots", "⊕": "\\oplus", "⊖": "\\ominus",
  "∧": "\\wedge", "∨": "\\vee", "∩": "\\cap", "∪": "\\cup", "∅": "\\emptyset", "†": "\\dagger", "∉": "\\notin", "⊥": "\\perp", "‐": "-", "‑": "-",
  "⟶": "\\to", "↦": "\\mapsto", "⟹": "\\Rightarrow", "⟺": "\\Leftrightarrow", "↔": "\\leftrightarrow", "≃": "\\simeq", "≅": "\\cong", "≐": "\\doteq", "⋆": "\\star",
  "△": "\\triangle", "▽": "\\nabla", "∬": "\\iint", "∭": "\\iiint", "∮": "\\oint", "∃": "\\exists", "ℕ": "\\N", "ℤ": "\\Z", "ℂ": "\\C", "𝔼": "\\E",
  "•": "\\cdot", "∙": "\\cdot", "⨂": "\\otimes", "⨀": "\\odot", "≽": "\\succeq", "≼": "\\preceq", "≺": "\\prec", "⟂": "\\perp", "‘": "'",
  "，": ",", "。": ".", "；": ";", "：": ":", "、": ",", "（": "(", "）": ")", "［": "[", "］": "]", "【": "[", "】": "]", "｛": "\\{", "｝": "\\}", "＝": "=", "＋": "+",
  "－": "-", "＊": "*", "／": "/", "｜": "|", "＜": "<", "＞": ">", "？": "?", "！": "!", "＾": "^", "＿": "_",
}); // prettier-ignore

/**
 * Functions by the way they are written, with their operator of the table; those that are not in the table keep
 * their own name and are calls. Read with a backslash, in `\operatorname`, `\text`, `\mathrm`, and bare.
 */
export const FUNCTION_WORDS: Readonly<Record<string, string>> = tableOf({
  ...Object.fromEntries(ENTRYWISE_NAMES.map((name) => [name, name])),
  tr: "tr", Tr: "tr", TR: "tr", trace: "tr", Trace: "tr", det: "det", Det: "det", logdet: "logdet", exp: "exp", Exp: "exp",
  log: "log", ln: "log", Log: "log", Ln: "log", sqrt: "sqrt", sin: "sin", cos: "cos", tan: "tan", arcsin: "arcsin",
  arccos: "arccos", arctan: "arctan", asin: "arcsin", acos: "arccos", atan: "arctan", sinh: "sinh", cosh: "cosh",
  tanh: "tanh", Tanh: "tanh", sigmoid: "sigmoid", Sigmoid: "sigmoid", softplus: "softplus", Softplus: "softplus", relu: "relu",
  ReLU: "relu", Relu: "relu", RELU: "relu", step: "step", erf: "erf", abs: "abs", sign: "sign", sgn: "sign", Sign: "sign", sum: "sum",
  mean: "mean", norm: "norm2", diag: "diag", Diag: "diag", vec: "vec", Vec: "vec", kron: "kron", inv: "inv", pinv: "pinv",
  adj: "adj", expm: "expm", logm: "logm", sqrtm: "sqrtm", tril: "tril", triu: "triu", softmax: "softmax", hardmax: "hardmax",
  Softmax: "softmax", logsumexp: "logsumexp", LogSumExp: "logsumexp", lse: "logsumexp", LSE: "logsumexp", dot: "dot",
}); // prettier-ignore

/** Words that are functions, of which nothing is known. */
export const OPAQUE_WORDS: ReadonlySet<string> = new Set(
  (
    "rank Rank ker dim span Span image range null nullspace col row Cov cov Var var Corr corr Pr prob Prob sup inf gcd lcm " +
    "argmin argmax arg min max lim limsup liminf card supp proj Proj prox dist Re Im const mod deg hom sec csc cot coth sech csch " +
    "prod cross CrossEntropy KL D_{KL} median mode round floor ceil clip concat Concat conv Conv vech eig eigs svd mat Mat reshape " +
    "Attention MultiHead LayerNorm BatchNorm Dropout MSE loss Loss cost Cost unvec unit grad div curl Hess Jac logit Normal " +
    "Bernoulli Beta Gamma Poisson Uniform arcsinh arccosh arctanh one onehot ELU GELU SiLU swish maximize minimize"
  ).split(" "),
);

/** Words of a formula typed without backslash or `\text`: only these are looked for in a run of letters. */
export const BARE_WORDS: readonly string[] = [
  "softmax", "sigmoid", "argmin", "argmax", "logdet", "arcsin", "arccos", "arctan", "trace", "relu", "ReLU", "diag", "rank",
  "tanh", "sinh", "cosh", "sign", "sgn", "exp", "log", "sin", "cos", "tan", "det", "vec", "cov", "Cov", "var", "Var", "min",
  "max", "arg", "lim", "tr", "Tr", "ln", "sqrt", "abs", "mean", "erf", "sum", "inv", "adj", "norm",
]; // prettier-ignore

/** Signs between operands. */
export const INFIX: Readonly<Record<string, string>> = tableOf({
  "+": "add", "-": "sub", "\\pm": "pm", "\\mp": "mp",
  "\\cdot": "cdot", "\\times": "times", "*": "star", "\\ast": "star", "\\star": "star", "\\odot": "hadamard", "\\circ": "circ",
  "\\bigodot": "hadamard", "\\otimes": "kron", "\\bigotimes": "kron", "/": "div", "\\div": "div", "\\oslash": "hdiv", "\\bullet": "cdot",
  "\\oplus": "oplus", "\\ominus": "ominus", "\\boxplus": "oplus", "\\boxminus": "ominus", "\\bigoplus": "oplus", "\\cap": "cap", "\\cup": "cup", "\\setminus": "setminus", "\\wedge": "wedge", "\\vee": "vee", "\\backslash": "setminus",
}); // prettier-ignore

/** Relations: what stands between the sides of a formula. */
export const RELATIONS: Readonly<Record<string, string>> = tableOf({
  "=": "=", "\\coloneqq": ":=", "\\triangleq": ":=", "\\doteq": ":=", "\\equiv": ":=", "\\approx": "\\approx", "\\simeq": "\\approx", "\\sim": "\\sim",
  "\\cong": "\\approx", "\\propto": "\\propto", "\\neq": "\\neq", "\\ne": "\\neq", "\\leq": "\\leq", "\\le": "\\leq", "\\geq": "\\geq", "\\ge": "\\geq", "<": "<",
  ">": ">", "\\lt": "<", "\\gt": ">", "\\ll": "<", "\\gg": ">", "\\leqslant": "\\leq", "\\geqslant": "\\geq",
  "\\lesssim": "\\leq", "\\gtrsim": "\\geq", "\\in": "\\in", "\\ni": "\\ni", "\\notin": "\\notin", "\\subset": "\\subset", "\\subseteq": "\\subset",
  "\\supset": "\\supset", "\\to": "\\to", "\\rightarrow": "\\to", "\\longrightarrow": "\\to", "\\mapsto": "\\mapsto", "\\longmapsto": "\\mapsto", "\\leftarrow": "\\leftarrow", "\\gets": "\\leftarrow",
  "\\longleftarrow": "\\leftarrow", "\\Rightarrow": "\\Rightarrow", "\\implies": "\\Rightarrow", "\\Longrightarrow": "\\Rightarrow", "\\Leftrightarrow": "\\Leftrightarrow",
  "\\iff": "\\Leftrightarrow", "\\Longleftrightarrow": "\\Leftrightarrow", "\\leftrightarrow": "\\Leftrightarrow", "\\Leftarrow": "\\Rightarrow", "\\succ": "\\succ", "\\succeq": "\\succeq", "\\succcurlyeq": "\\succeq",
  "\\prec": "\\prec", "\\preceq": "\\preceq", "\\preccurlyeq": "\\preceq", "\\perp": "\\perp", "\\parallel": "\\parallel", "\\therefore": "\\Rightarrow", "\\because": "\\Rightarrow",
  "\\leadsto": "\\to", "\\rightsquigarrow": "\\to", "\\asymp": "\\approx", "\\hookrightarrow": "\\to", "\\uparrow": "\\to", "\\downarrow": "\\to", "\\models": "\\models",
}); // prettier-ignore

/** Commands that change the look of their argument, with the style they give. */
export const STYLES: Readonly<Record<string, string>> = tableOf({
  mathbf: "bold", bold: "bold", bm: "bold", boldsymbol: "bold", pmb: "bold", vec: "bold", vb: "bold", mathbfit: "bold", symbf: "bold", symbfit: "bold", textbf: "bold",
  vecbf: "bold", vect: "bold", bb: "bold", bs: "bold", mathit: "", mathnormal: "", mathsf: "sans", mathtt: "mono", mathcal: "cal", mathscr: "cal",
  mathfrak: "frak", mathbb: "bb", mathds: "bb", mathbbm: "bb", mathbbmss: "bb", scr: "cal", mathpzc: "cal", textsc: "sans", Bbb: "bb", underline: "bold", overrightarrow: "bold", overrightharpoon: "bold", boldmath: "bold", undertilde: "bold",
}); // prettier-ignore

/** Switches of font: they hold to the end of their group. */
export const SWITCHES: Readonly<Record<string, string>> = tableOf({
  bf: "bold", bfseries: "bold", boldmath: "bold", it: "", rm: "", cal: "cal", sf: "sans", tt: "mono", em: "", Bbb: "bb",
}); // prettier-ignore

export const ACCENTS: Readonly<Record<string, string>> = tableOf({
  hat: "hat", widehat: "hat", bar: "bar", overline: "bar", tilde: "tilde", widetilde: "tilde", dot: "dot", ddot: "ddot",
  "~": "tilde", "=": "bar", "^": "hat", overleftarrow: "larrow", overleftharpoon: "larrow", overleftrightarrow: "arrow", utilde: "tilde", wideparen: "arc", check: "check", breve: "breve", acute: "acute", grave: "grave", mathring: "ring", dddot: "dddot", widebar: "bar",
}); // prettier-ignore

/** Commands whose argument is words, or a name of several letters. */
export const TEXTS: ReadonlySet<string> = new Set(
  "text textrm textup textnormal textit mathrm operatorname operatorname* mbox hbox textsf texttt rm mathop mathup intertext shortintertext fbox".split(
    " ",
  ),
);

/** Commands around an argument that is read as if they were not there. */
export const WRAPPERS: ReadonlySet<string> = new Set(
  "underbrace overbrace boxed cancel bcancel xcancel sout smash displaystyle ensuremath mathord mathbin mathrel mathopen mathclose mathinner mathpunct bra ket rlap llap clap mathrlap mathllap mathclap overparen underparen overgroup undergroup uline underbracket overbracket".split(
    " ",
  ),
);

/** Commands with an argument that says nothing: it is left out together with them. */
export const DROPPED_WITH_ARGUMENT: Readonly<Record<string, number>> = tableOf({
  label: 1, tag: 1, "tag*": 1, hspace: 1, "hspace*": 1, vspace: 1, "vspace*": 1, color: 1, phantom: 1, vphantom: 1, mathstrut: 0, require: 1,
  setcounter: 2, addtocounter: 2, stepcounter: 1, setlength: 2, addtolength: 2, numberwithin: 2, mspace: 1, fontsize: 2, scalebox: 1, htmlClass: 1, htmlId: 1, htmlStyle: 1,
  hphantom: 1, addvspace: 1, linebreak: 0, pagebreak: 0, smallskip: 0, class: 1, cssId: 1, style: 1, bbox: 1, eqref: 1, ref: 1, cite: 1, citep: 1, citet: 1, footnote: 1, kern: 0, mkern: 0, hskip: 0, toc: 0, rule: 2, raisebox: 1,
}); // prettier-ignore

/** Commands that say nothing. */
export const DROPPED: ReadonlySet<string> = new Set(
  (
    "limits nolimits displaystyle textstyle scriptstyle scriptscriptstyle nonumber notag ! , : ; > . space thinspace medspace thickspace negthinspace " +
    "negmedspace enspace enskip mathstrut strut left. right. allowbreak nobreak relax hline hfill hfil null noindent par break big Big bigg Bigg bigl bigr " +
    "bigm Bigl Bigr Bigm biggl biggr biggm Biggl Biggr Biggm middle smallskip medskip bigskip centering normalsize small large Large tiny footnotesize protect " +
    "scriptsize normalfont huge Huge LARGE selectfont displaylimits ignorespaces xspace nobreakspace mkern itshape upshape toc qedhere qed blacksquare"
  ).split(" "),
);

/** Delimiters by command; brackets of several shapes that we need not tell apart become one. */
export const DELIMITERS: Readonly<Record<string, string>> = tableOf({
  "(": "(", ")": ")", "[": "[", "]": "]", "\\{": "j", "\\}": "i", "\\lbrace": "j", "\\rbrace": "i", "\\lbrack": "[", "\\rbrack": "]", "\\lparen": "(", "\\rparen": ")",
  "\\langle": "<", "\\rangle": ">", "|": "|", "\\vert": "|", "\\mid": "m", "\\|": "N", "\\Vert": "N", "\\lvert": "p", "\\rvert": "q", "\\lVert": "P", "\\rVert": "Q",
  "\\lfloor": "(", "\\rfloor": ")", "\\lceil": "(", "\\rceil": ")",
}); // prettier-ignore

export const BIG_OPERATORS: Readonly<Record<string, string>> = tableOf({
  sum: "sum", prod: "prod", int: "int", iint: "int", iiint: "int", oint: "int", bigcup: "cup", bigcap: "cap", coprod: "prod", Sigma: "sum", smallint: "int",
  lim: "lim", max: "max", min: "min", sup: "sup", inf: "inf", limsup: "limsup", liminf: "liminf", argmin: "argmin", argmax: "argmax", arg: "arg",
  minimize: "min", maximize: "max", Pr: "Pr",
}); // prettier-ignore

/** Macros that many notes use and define elsewhere (the physics package, a site's MathJax configuration). */
export const COMMON_MACROS: Readonly<Record<string, string>> = tableOf({
  "\\norm": "[1]\\left\\lVert #1\\right\\rVert", "\\abs": "[1]\\left\\lvert #1\\right\\rvert", "\\inner": "[2]\\left\\langle #1,#2\\right\\rangle",
  "\\pdv": "[2]\\frac{\\partial #1}{\\partial #2}", "\\dv": "[2]\\frac{d #1}{d #2}", "\\pd": "[2]\\frac{\\partial #1}{\\partial #2}", "\\pder": "[2]\\frac{\\partial #1}{\\partial #2}",
  "\\pderiv": "[2]\\frac{\\partial #1}{\\partial #2}", "\\deriv": "[2]\\frac{d #1}{d #2}", "\\diff": "\\mathrm{d}", "\\dd": "\\mathrm{d}", "\\dif": "\\mathrm{d}", "\\mathd": "\\mathrm{d}",
  "\\grad": "\\nabla", "\\gradient": "\\nabla", "\\Real": "\\mathbb{R}", "\\real": "\\mathbb{R}", "\\E": "\\mathbb{E}", "\\bR": "\\mathbb{R}",
  "\\KL": "\\operatorname{KL}", "\\mat": "[1]\\mathbf{#1}", "\\bvec": "[1]\\mathbf{#1}", "\\half": "\\frac{1}{2}",
}); // prettier-ignore

/** Environments that hold a matrix, with the bracket around it. */
export const MATRICES: Readonly<Record<string, string>> = tableOf({
  matrix: "", pmatrix: "(", bmatrix: "[", Bmatrix: "{", vmatrix: "|", Vmatrix: "N", smallmatrix: "", array: "", bsmallmatrix: "[", psmallmatrix: "(", subarray: "",
}); // prettier-ignore

/** Environments that only lay rows out. */
export const LAYOUTS: ReadonlySet<string> = new Set(
  "equation align aligned gather gathered split multline alignat alignedat eqnarray flalign displaymath math multlined dmath empheq subequations".split(
    " ",
  ),
);
