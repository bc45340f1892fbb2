import { type Finding, isPlain, sourceOf } from "./finding";
import {
  callsUnknownCommand,
  hasDagger,
  isGivenAgain,
  isOfFunction,
  isOfOtherFormula,
  isOfPrimes,
  isOfSeveralFunctions,
  isOfSeveralValues,
  isOwnName,
  isResultOfLetters,
  mixesStyles,
} from "./otherNames";
import { clashesWithNumber, isMemberOfAnother, isQuoted, isSaidFurtherDown, isSpread, isUnsure } from "./otherSizes";
import {
  hasDelta,
  hasNormOfMatrix,
  isAmongValues,
  isAugmented,
  isDenied,
  isDifferentialEquation,
  isEigenEquation,
  isFixedPoint,
  isHeldFixed,
  isMadeSymmetric,
  isOfAbsoluteValue,
  isOfDifferentEntries,
  isOfProcesses,
  isOfUnclearReach,
  isOfVolumes,
  isProperty,
  isPutToZero,
  isSystem,
  isValuePutIn,
  MIXED,
  TURNED_LIST,
} from "./otherStatements";
import { isOffAsAWhole, isUnexplained } from "./unexplained";

/**
 * Statements that say something else than that two sides are equal whatever stands in them: a property of the letters,
 * an equation to be solved, a value put in. A failure tells nothing of them, however clear it is; this says what they
 * may be, in words. `undefined`: nothing of the kind.
 */
export function otherMeaning(finding: Finding): string | undefined {
  return MEANINGS.find(({ is }) => is(finding))?.words;
}

const MEANINGS: readonly { readonly words: string; readonly is: (finding: Finding) => boolean }[] = [
  { words: "it may state a property of its letters", is: isProperty },
  { words: "a value may have been put in", is: isValuePutIn },
  { words: "it may be an equation to be solved", is: isFixedPoint },
  { words: "what is put to zero may be multiplied by any number", is: isPutToZero },
  { words: "a mark above a name has several meanings", is: hasDagger },
  {
    words: "a number in front of a fraction may be added to it",
    is: (f) => f.verdict?.slip === "number" && MIXED.test(sourceOf(f)),
  },
  { words: "the norm of a matrix has several meanings", is: (f) => isPlain(f) && hasNormOfMatrix(f) },
  { words: "differentials of random processes have a calculus of their own", is: isOfProcesses },
  { words: "it may be a differential equation", is: isDifferentialEquation },
  { words: "it may be about different entries", is: isOfDifferentEntries },
  { words: "it denies something", is: isDenied },
  { words: "another formula may be about another case", is: isOfOtherFormula },
  { words: "its functions are not written with their arguments", is: isOfPrimes },
  { words: "its letters may stand for blocks", is: isResultOfLetters },
  { words: "it may be a system to be solved", is: isSystem },
  { words: "it may be a step of an elimination", is: isAugmented },
  { words: "a delta may be a variation", is: hasDelta },
  { words: "it may be about volumes", is: isOfVolumes },
  { words: "letters in two styles may be the same", is: mixesStyles },
  { words: "what is differentiated is defined more than once", is: isOfSeveralFunctions },
  { words: "a list in round brackets may be a row or a column", is: (f) => TURNED_LIST.test(sourceOf(f)) },
  { words: "some of its names may be held fixed", is: isHeldFixed },
  { words: "one of its names is defined more than once", is: isOfSeveralValues },
  { words: "what was said of a function may not be meant", is: isOfFunction },
  { words: "it may be given anew", is: isGivenAgain },
  { words: "it may be an equation to be solved", is: isEigenEquation },
  { words: "it may say how something was made symmetric", is: isMadeSymmetric },
  { words: "its sizes may be others here", is: isUnsure },
  { words: "the text may quote it as a mistake", is: isQuoted },
  { words: "of an absolute value the sign is not told", is: isOfAbsoluteValue },
  { words: "it may be about one point", is: isAmongValues },
  { words: "it only names what stands there", is: isOwnName },
  { words: "integrals and limits are not judged", is: (f) => /\\(?:i*int|oint)(?![a-z])|∫/.test(sourceOf(f)) },
  { words: "no slip of the pen explains the difference", is: isUnexplained },
  { words: "a factor or a transpose of the whole may come from elsewhere", is: isOffAsAWhole },
  { words: "a number may be spread over an array, or a name be used anew", is: isSpread },
  { words: "its sizes are said further down, of another use of the letter", is: isSaidFurtherDown },
  { words: "how far a derivative reaches is not written", is: isOfUnclearReach },
  { words: "a member may have the size of what it is a member of", is: isMemberOfAnother },
  { words: "one of its commands is not known", is: callsUnknownCommand },
  { words: "a size that is a letter may be that number", is: clashesWithNumber },
];
