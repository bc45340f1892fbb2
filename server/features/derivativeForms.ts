/** The ways to write a derivative in `.mcalc`. */
export const DERIVATIVES: readonly { label: string; snippet: string; detail: string; documentation: string }[] = [
  { label: "d", snippet: "d(${1:f})/d(${2:x})", detail: "d(f)/d(x)", documentation: "The derivative of f with respect to x." },
  { label: "grad", snippet: "grad(${1:f}, ${2:x})", detail: "grad(f, x)", documentation: "The gradient of a scalar." },
  { label: "jac", snippet: "jac(${1:f}, ${2:x})", detail: "jac(f, x)", documentation: "The Jacobian of a vector." },
  { label: "hess", snippet: "hess(${1:f}, ${2:x})", detail: "hess(f, x)", documentation: "The Hessian of a scalar." },
]; // prettier-ignore
